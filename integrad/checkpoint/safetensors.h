// The header of one safetensors file, validated (huggingface/safetensors README, "Format"): 8 bytes
// length, little-endian; a JSON object; then the numbers, without holes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/dtype.h"

namespace integrad {

/// A name of the header and where its numbers lie.
struct TensorEntry {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<Index> shape;  // [] is a scalar; a 0 is legal
  std::size_t begin = 0;     // bytes [begin, end) of the file, not necessarily aligned
  std::size_t end = 0;
};

/// Owns the list, not the bytes. Const after `parse`.
class SafetensorsHeader {
 public:
  /// Reads the header of `bytes`, a whole file; `file` is for messages. Memory is in proportion to
  /// the header, which has at most 100,000,000 bytes. Throws CheckpointError naming the fault.
  static SafetensorsHeader parse(std::span<const std::byte> bytes,
                                 const std::filesystem::path& file);

  /// All tensors, sorted by name; names are unique.
  const std::vector<TensorEntry>& tensors() const { return tensors_; }
  /// None when there is no tensor of that name.
  const TensorEntry* find(std::string_view name) const;
  /// The strings of __metadata__.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::vector<TensorEntry> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace integrad
