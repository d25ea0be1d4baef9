// A file mapped into memory, read-only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace integrad {

/// Move-only owner of the mapping; the bytes stay valid as long as it lives. An empty file maps to
/// an empty span. Throws CheckpointError when the file cannot be opened, is no regular file, or
/// cannot be mapped.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  /// Gives the memory of the whole pages within `part` of `bytes()` back to the system. The bytes
  /// stay valid: reading them again fetches them again. May be called from any thread.
  void release(std::span<const std::byte> part) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace integrad
