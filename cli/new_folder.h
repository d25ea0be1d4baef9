// A folder that appears whole or not at all.
#pragma once

#include <filesystem>

namespace integrad::cli {

/// Fill `path()`, then `commit()`. Without a commit the destructor removes what was written and
/// leaves everything as it was.
class NewFolder {
 public:
  /// `target`: where the folder is to appear. Throws UsageError when something is there already,
  /// unless `force` is given and it is an empty folder or a folder of a model (with config.json and
  /// without folders inside), and always when it is `source`, the folder that is read.
  NewFolder(const std::filesystem::path& target, const std::filesystem::path& source, bool force);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder();

  /// A folder of its own beside the target.
  const std::filesystem::path& path() const { return path_; }
  /// Puts it in its place in one step; a folder that was there goes only then. Throws UsageError.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  bool replaces_ = false;
};

}  // namespace integrad::cli
