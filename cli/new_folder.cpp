#include "cli/new_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& target, const std::string& reason) {
  throw UsageError("cannot write the folder " + target.string() + ": " + reason);
}

std::string system_message(int error) { return std::generic_category().message(error); }

/// With --force a folder goes that has the look of a model, so that a slip of the hand costs no
/// home.
void check_replaceable(const fs::path& target) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(target, error))) fail(target, "it is no folder");
  bool is_empty = true;
  for (const auto& entry : fs::directory_iterator(target, error)) {
    is_empty = false;
    if (entry.is_directory(error)) fail(target, "it holds other folders, so it is not replaced");
  }
  if (error) fail(target, error.message());
  if (!is_empty && !fs::exists(target / "config.json", error)) {
    fail(target, "it is no folder of a model, so it is not replaced");
  }
}

/// Waits until the names in a folder are on the disk. Some file systems cannot.
void synchronise(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

NewFolder::NewFolder(const fs::path& target, const fs::path& source, bool force)
    : target_(fs::absolute(target).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "folder/"
  std::error_code error;
  if (fs::equivalent(target_, source, error)) {
    fail(target_, "it is the folder that is read; choose another");
  }
  replaces_ = fs::exists(fs::symlink_status(target_, error));
  if (replaces_ && !force) fail(target_, "it exists already; choose another, or --force");
  if (replaces_) check_replaceable(target_);
  std::string name = (target_.parent_path() / ".integrad-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(target_, system_message(errno));
  path_ = name;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::chmod(path_.c_str(), 0777 & ~mask);  // mkdtemp lets only its user in
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void NewFolder::commit() {
  synchronise(path_);
  if (replaces_) {
    check_replaceable(target_);
    // Where the file system cannot exchange, there is a moment without a folder at the target.
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
      synchronise(target_.parent_path());
      return;  // path_ is the old folder now; the destructor removes it
    }
    if (errno != EINVAL && errno != ENOSYS) fail(target_, system_message(errno));
    std::string old = (target_.parent_path() / ".integrad-XXXXXX").string();
    if (::mkdtemp(old.data()) == nullptr || ::rename(target_.c_str(), old.c_str()) != 0) {
      fail(target_, system_message(errno));
    }
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      const int reason = errno;
      ::rename(old.c_str(), target_.c_str());
      fail(target_, system_message(reason));
    }
    path_ = old;
  } else {
    // A folder that has appeared meanwhile is replaced by the system only if it is empty.
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, system_message(errno));
    path_.clear();
  }
  synchronise(target_.parent_path());
}

}  // namespace integrad::cli
