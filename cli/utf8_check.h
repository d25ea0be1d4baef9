// Texts that are not UTF-8 are refused or repaired at the door.
#pragma once

#include <string>

namespace integrad::cli {

/// Repairs `text` when `replace`; throws UsageError naming its place otherwise.
void make_utf8(std::string& text, bool replace, const std::string& place);

}  // namespace integrad::cli
