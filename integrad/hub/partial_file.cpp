#include "integrad/hub/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "integrad/hub/cache_folder.h"

namespace integrad {

PartialFile::PartialFile(std::filesystem::path path) : path_(std::move(path)) {
  make_folders(path_.parent_path());
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file_ < 0) fail_writing(path_, errno);
  struct stat status {};
  const int error = ::fstat(file_, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
  if (error != 0) {
    ::close(file_);
    fail_writing(path_, error);
  }
  size_ = status.st_size;
}

PartialFile::~PartialFile() { ::close(file_); }

void PartialFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_writing(path_, errno);
    size_ += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void PartialFile::clear() {
  if (::ftruncate(file_, 0) != 0) fail_writing(path_, errno);
  size_ = 0;
}

void PartialFile::publish(const std::filesystem::path& target) {
  // Some file systems cannot synchronise; that is not the user's fault.
  if (::fsync(file_) != 0 && errno != EINVAL && errno != ENOTSUP) fail_writing(path_, errno);
  if (::rename(path_.c_str(), target.c_str()) != 0) fail_writing(target, errno);
}

}  // namespace integrad
