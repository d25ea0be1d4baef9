// Writes a file whole or not at all: a temporary file beside it, then a rename.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>

namespace integrad {

/// Write to `stream()`, then `commit()`. Without a commit (an exception, a failed write) the
/// destructor removes the temporary file and the old file, if any, stays as it was. A path that is
/// a symbolic link is followed, one that is no regular file (a pipe, /dev/stdout) is written
/// directly. Throws UsageError naming the path when it cannot be created, written or renamed.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  std::ostream& stream() { return stream_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::ofstream stream_;
  bool committed_ = false;
};

}  // namespace integrad
