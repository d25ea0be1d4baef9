// One mapped weight file of any format, its tensors under the names that PyTorch gives them.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/stored_tensor.h"
#include "integrad/checkpoint/weight_search.h"

namespace integrad {

/// Const after `open`; its tensors look at its mapping.
class WeightFile {
 public:
  /// `is_shard`: listed by an index, among others. Throws CheckpointError naming file and fault.
  static WeightFile open(const std::filesystem::path& path, WeightFormat format, bool is_shard);

  const std::filesystem::path& path() const { return path_; }
  const MappedFile& mapping() const { return mapping_; }
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// Whether it holds the tensor that an index names so.
  bool contains(std::string_view index_name) const;

 private:
  explicit WeightFile(const std::filesystem::path& path) : path_(path), mapping_(path) {}

  std::filesystem::path path_;
  MappedFile mapping_;
  std::vector<StoredTensor> tensors_;  // sorted by name; a name may occur twice
  bool tensorflow_ = false;
};

}  // namespace integrad
