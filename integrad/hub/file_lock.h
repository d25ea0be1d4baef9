// A lock between processes, the one that huggingface_hub (filelock) takes for a file of its cache.
#pragma once

#include <filesystem>
#include <functional>

namespace integrad {

/// Holds flock(2) on a file as long as it lives; the file stays. On a file system without locks it
/// holds nothing.
class FileLock {
 public:
  /// Waits; `tick` is called several times a second and may throw. Throws HubError (cannot_write,
  /// disk_full).
  FileLock(const std::filesystem::path& path, const std::function<void()>& tick);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  int file_ = -1;
};

}  // namespace integrad
