// A .npz archive of numpy: named arrays of integers, and arrays of lists of integers such as the
// texts of Keras' imdb.npz. Lists are pickled; nothing that the pickle names is executed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/zip_archive.h"

namespace integrad {

/// Const and thread-safe after `open`.
class NpzFile {
 public:
  /// Throws CheckpointError when the file is missing or no sound zip archive.
  static NpzFile open(const std::filesystem::path& file);
  /// The same of bytes that outlive the result; `file` is for messages.
  static NpzFile parse(std::span<const std::byte> bytes, const std::filesystem::path& file);

  /// "x_test", "x_train", …, sorted.
  std::vector<std::string> names() const;

  /// A vector of integers of 8 to 64 bits. Throws CheckpointError when there is none of that name,
  /// it is of another type or rank, or it is damaged.
  std::vector<std::int64_t> integers(std::string_view name) const;

  /// A vector of lists of integers, or the rows of an integer matrix. Throws CheckpointError as
  /// above, and for integers beyond 32 bits.
  std::vector<std::vector<std::int32_t>> sequences(std::string_view name) const;

 private:
  NpzFile(std::filesystem::path file, ZipArchive archive);

  std::filesystem::path file_;
  std::optional<MappedFile> mapping_;  // none when the bytes are somebody else's
  ZipArchive archive_;
};

}  // namespace integrad
