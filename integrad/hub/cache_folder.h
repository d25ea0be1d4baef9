// One model in the Hugging Face cache, in the layout that huggingface_hub reads and writes:
//
//   CACHE/.locks/models--owner--name/ETAG.lock
//   CACHE/models--owner--name/blobs/ETAG              the bytes of a file
//                            /blobs/ETAG.incomplete   the first bytes of one
//                            /refs/main               "COMMIT", without line end
//                            /snapshots/COMMIT/FILE   → ../../blobs/ETAG
//                            /.no_exist/COMMIT/FILE   empty: the commit has no such file
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "integrad/hub/model_id.h"

namespace integrad {

/// Whether a commit has a file, as far as the cache knows.
enum class Presence { present, absent, unknown };

/// Paths and small entries; the bytes are `fetch_file`'s. Commits, file names and etags must have
/// been checked by the caller. What writes throws HubError (cannot_write, disk_full).
class CacheFolder {
 public:
  CacheFolder(std::filesystem::path cache, const ModelId& id);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path snapshot(const std::string& commit) const;
  std::filesystem::path blob(const std::string& etag) const;
  std::filesystem::path partial_blob(const std::string& etag) const;
  std::filesystem::path lock(const std::string& etag) const;

  /// The commit of a branch or tag by refs/, of a commit or its beginning (5 digits or more, and
  /// unique) by snapshots/. None when the cache does not say.
  std::optional<std::string> commit_of(const std::string& revision) const;
  Presence presence(const std::string& commit, const std::string& file) const;

  /// Makes `file` of the snapshot lead to the blob; on a file system without symbolic links the
  /// blob moves there. The caller holds the lock.
  void link(const std::string& commit, const std::string& file, const std::string& etag) const;
  void write_ref(const std::string& revision, const std::string& commit) const;
  /// Best effort: it only saves a later question.
  void note_absent(const std::string& commit, const std::string& file) const;

 private:
  std::filesystem::path cache_;
  std::string name_;  // models--owner--name
  std::filesystem::path path_;
};

/// Makes a folder and those above it. Throws HubError.
void make_folders(const std::filesystem::path& folder);

/// For an operation of the system that failed: disk_full or cannot_write.
[[noreturn]] void fail_writing(const std::filesystem::path& path, int error);

}  // namespace integrad
