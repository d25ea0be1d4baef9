#include "integrad/base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <string>
#include <system_error>

#include "integrad/base/error.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, int error) {
  const std::string reason =
      error == 0 ? "the write failed; is the disk full?" : std::generic_category().message(error);
  throw UsageError("cannot write " + path.string() + ": " + reason);
}

/// True for pipes and devices, which cannot be replaced by a rename.
bool is_special(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

/// True for names that the system gives to files that are already open: /dev/stdout leads here.
bool names_open_file(const fs::path& path) {
  const std::string text = path.lexically_normal().string();
  return text.starts_with("/proc/") || text.starts_with("/dev/fd/");
}

/// The file at the end of a chain of symbolic links, whether it exists or not; empty when the
/// chain passes through a name of an open file.
fs::path follow_links(fs::path path) {
  constexpr int longest_chain = 40;  // as the kernel
  const fs::path start = path;
  for (int step = 0; step < longest_chain; ++step) {
    if (names_open_file(path)) return {};
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
    const fs::path next = fs::read_symlink(path, error);
    if (error) fail(start, error.value());
    path = path.parent_path() / next;  // an absolute `next` replaces the whole
  }
  fail(start, ELOOP);
}

/// Creates an empty file with a name of its own beside `target` and returns the name.
fs::path create_temporary(const fs::path& target) {
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::array<char, 40> name{};
    std::snprintf(name.data(), name.size(), ".integrad-%08x%08x.tmp", random(), random());
    fs::path temporary = target.parent_path() / name.data();
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) {
      ::close(file);
      return temporary;
    }
    if (errno != EEXIST) fail(target, errno);
  }
  fail(target, EEXIST);
}

/// Waits until the bytes are on the disk, so that a rename never precedes them.
int synchronise(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  // Some file systems cannot synchronise; that is not the user's fault.
  const int error = ::fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
  ::close(file);
  return error;
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  if (path.empty()) throw UsageError("cannot write a file with an empty name");
  std::error_code error;
  if (fs::is_directory(path, error) || !path.has_filename()) fail(path, EISDIR);
  const fs::path target = is_special(path) ? fs::path() : follow_links(path);
  errno = 0;
  if (target.empty()) {
    // Appending keeps what an earlier writer of the same open file has written.
    stream_.open(path_, std::ios::binary | std::ios::app);
    if (!stream_) fail(path_, errno);
    return;
  }
  path_ = target;
  struct stat old {};
  const bool exists = ::stat(path_.c_str(), &old) == 0;
  if (exists && ::access(path_.c_str(), W_OK) != 0) fail(path_, errno);
  temporary_ = create_temporary(path_);
  if (exists) ::chmod(temporary_.c_str(), old.st_mode & 0777);
  errno = 0;
  stream_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!stream_) {
    const int reason = errno;
    fs::remove(temporary_, error);
    fail(path_, reason);
  }
}

AtomicFile::~AtomicFile() {
  if (committed_ || temporary_.empty()) return;
  stream_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  if (committed_) return;
  errno = 0;
  stream_.flush();
  if (!stream_) fail(path_, errno);
  stream_.close();
  if (!stream_) fail(path_, errno);
  if (!temporary_.empty()) {
    if (const int error = synchronise(temporary_); error != 0) fail(path_, error);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, errno);
  }
  committed_ = true;
}

}  // namespace integrad
