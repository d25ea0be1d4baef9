// The header of a safetensors file that is to be written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/dtype.h"

namespace integrad {

struct ArrayDescription {
  std::string name;
  std::vector<Index> shape;
};

/// Bytes of an array; throws UsageError naming `path` and the array when its shape is impossible.
std::uint64_t byte_count(const ArrayDescription& array, Dtype dtype,
                         const std::filesystem::path& path);

/// Sorts the arrays, all of one `dtype`, as the reference writer does, and returns what stands
/// before their numbers: the length and the padded JSON. Throws UsageError when a name occurs
/// twice, is reserved or not UTF-8.
std::string lay_out_safetensors(std::vector<ArrayDescription>& arrays, Dtype dtype,
                                const std::map<std::string, std::string>& metadata,
                                const std::filesystem::path& path);

}  // namespace integrad
