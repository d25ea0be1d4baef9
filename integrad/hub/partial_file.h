// A file that grows until it is whole, and survives an interruption.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace integrad {

/// What was there before is kept and continued. Throws HubError (disk_full, cannot_write).
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path path);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile();

  std::int64_t size() const { return size_; }
  void append(std::span<const std::byte> bytes);
  void clear();
  /// Gives it its final name in one step, after its bytes are on the disk.
  void publish(const std::filesystem::path& target);

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace integrad
