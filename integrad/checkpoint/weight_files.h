// The weights of a `save_pretrained` directory as named arrays: model.safetensors,
// pytorch_model.bin or tf_model.h5, whole or in shards (docs/weight_files.md). Memory-mapped; a
// tensor is read once, when it is asked for.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// Const and thread-safe after `open`. Names and shapes are PyTorch's, whoever wrote the file; old
/// "LayerNorm.gamma" / ".beta" are found under "LayerNorm.weight" / ".bias".
class WeightFiles {
 public:
  /// Opens and validates every header. Throws CheckpointError naming the file and the fault.
  static WeightFiles open(const std::filesystem::path& checkpoint_directory);
  WeightFiles(WeightFiles&&) noexcept;
  WeightFiles& operator=(WeightFiles&&) noexcept;
  ~WeightFiles();

  /// All (normalised) names, sorted; buffers such as position_ids included.
  std::vector<std::string> names() const;
  bool contains(std::string_view name) const;
  /// Shape as stored. Throws CheckpointError naming a tensor that is absent.
  std::vector<Index> shape(std::string_view name) const;
  /// "F32", "F16", "BF16" … as stored.
  std::string dtype(std::string_view name) const;

  /// Widens (F16, BF16, F32) or converts (F64) a tensor into `output`, whose shape says what is
  /// expected: (rows, columns) for a matrix, (1, n) for a vector. Throws CheckpointError when the
  /// tensor is absent, has another shape (both are named), is not floating point, or holds a value
  /// that is not finite.
  void read(std::string_view name, MatrixView<float> output) const;
  void read(std::string_view name, MatrixView<double> output) const;

  /// All numbers of a tensor of any rank, in C order. Throws CheckpointError as `read`.
  std::vector<float> values(std::string_view name) const;

  /// Hexadecimal SHA-256 of the weight file; of the shards one after another, by file name.
  std::string sha256() const;
  /// The directory, for messages.
  const std::filesystem::path& directory() const;

 private:
  struct Parts;
  explicit WeightFiles(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace integrad
