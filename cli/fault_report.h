// Rows that were passed over.
#pragma once

#include <string>
#include <vector>

namespace integrad::cli {

/// The first few on standard error, a line each, and how many there are in all.
void report_faults(const std::vector<std::string>& faults);

}  // namespace integrad::cli
