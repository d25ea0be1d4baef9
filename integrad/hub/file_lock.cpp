#include "integrad/hub/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "integrad/hub/cache_folder.h"

namespace integrad {
namespace {

/// A lock whose file was removed in between guards nothing.
bool has_name(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && status.st_nlink > 0;
}

bool is_held_elsewhere(int error) { return error == EWOULDBLOCK || error == EACCES; }

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::function<void()>& tick) {
  make_folders(path.parent_path());
  for (;;) {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file_ < 0) fail_writing(path, errno);
    const bool locked = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
    if (locked ? has_name(file_) : !is_held_elsewhere(errno)) return;
    ::close(file_);
    file_ = -1;
    tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

FileLock::~FileLock() { ::close(file_); }

}  // namespace integrad
