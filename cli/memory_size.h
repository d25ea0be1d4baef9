// Sizes of memory as people write them.
#pragma once

#include <string_view>

#include "integrad/base/matrix.h"

namespace integrad::cli {

/// Bytes of "4096", "512MiB", "2GiB", "1.5 GB", "64K": a positive number and a unit, in any case.
/// K, M, G and T alone and KiB, MiB, GiB, TiB are powers of 1024; KB, MB, GB, TB powers of 1000.
/// Throws UsageError.
Index parse_memory_size(std::string_view text);

}  // namespace integrad::cli
