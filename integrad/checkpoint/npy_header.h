// The first lines of a .npy array (numpy/lib/format.py): what follows them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

struct NpyHeader {
  std::string type;  // "<i8", "|O"
  bool fortran_order = false;
  std::vector<Index> shape;
  std::size_t data_begin = 0;  // bytes before the data
};

/// Versions 1 to 3. `file` and `part` are for messages. Throws CheckpointError when `bytes` do not
/// begin as an array.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, const std::filesystem::path& file,
                           std::string_view part);

}  // namespace integrad
