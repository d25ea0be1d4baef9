// Writes named arrays as one safetensors file (huggingface/safetensors README, "Format").
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// A float32 array to be written; looks, does not own. `shape` is what the header says and must
/// have as many entries as the values.
struct NamedArray {
  std::string name;
  std::vector<Index> shape;
  const float* values = nullptr;
};

/// Whole or not at all. Header order and padding as the reference writer's. Throws UsageError when
/// the file cannot be written or a name occurs twice.
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedArray>& arrays,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace integrad
