#include "integrad/hub/cache_folder.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "integrad/base/atomic_file.h"
#include "integrad/hub/hub_error.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

std::string folder_name(const std::string& model) {
  std::string name = "models--";
  for (const char c : model) name += c == '/' ? "--" : std::string(1, c);
  return name;
}

/// The commit in a file of refs/; none when there is no such file or it holds something else.
std::optional<std::string> read_ref(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 64> text{};
  stream.read(text.data(), text.size());
  std::string commit(text.data(), static_cast<std::size_t>(stream.gcount()));
  commit.erase(commit.find_last_not_of(" \t\r\n") + 1);
  if (!is_commit(commit)) return {};
  return commit;
}

bool is_beginning_of_commit(const std::string& text) {
  constexpr std::size_t shortest = 5;  // as huggingface_hub's REGEX_COMMIT_OID
  return text.size() >= shortest && text.size() <= 40 && is_hexadecimal(text, text.size());
}

}  // namespace

void fail_writing(const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  throw HubError(full ? HubFailure::disk_full : HubFailure::cannot_write,
                 "cannot write " + path.string() + ": " + std::generic_category().message(error) +
                     (full ? "" : "; HF_HOME chooses another cache"));
}

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail_writing(folder, error.value());
}

CacheFolder::CacheFolder(fs::path cache, const ModelId& id)
    : cache_(std::move(cache)), name_(folder_name(id.name)), path_(cache_ / name_) {}

fs::path CacheFolder::snapshot(const std::string& commit) const {
  return path_ / "snapshots" / commit;
}
fs::path CacheFolder::blob(const std::string& etag) const { return path_ / "blobs" / etag; }
fs::path CacheFolder::partial_blob(const std::string& etag) const {
  return path_ / "blobs" / (etag + ".incomplete");
}
fs::path CacheFolder::lock(const std::string& etag) const {
  return cache_ / ".locks" / name_ / (etag + ".lock");
}

std::optional<std::string> CacheFolder::commit_of(const std::string& revision) const {
  if (auto commit = read_ref(path_ / "refs" / revision)) return commit;
  if (is_commit(revision)) return revision;
  if (!is_beginning_of_commit(revision)) return {};
  std::optional<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(path_ / "snapshots", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_commit(name) || !name.starts_with(revision)) continue;
    if (found) return {};
    found = name;
  }
  return found;
}

Presence CacheFolder::presence(const std::string& commit, const std::string& file) const {
  std::error_code error;
  if (fs::is_regular_file(snapshot(commit) / file, error)) return Presence::present;
  if (fs::is_regular_file(path_ / ".no_exist" / commit / file, error)) return Presence::absent;
  return Presence::unknown;
}

void CacheFolder::link(const std::string& commit, const std::string& file,
                       const std::string& etag) const {
  const fs::path place = snapshot(commit) / file;
  make_folders(place.parent_path());
  const fs::path target = fs::path("../../blobs") / etag;
  fs::path beside = place;
  beside += "." + etag + ".link";
  std::error_code error;
  fs::remove(beside, error);
  fs::create_symlink(target, beside, error);
  if (error) {
    fs::rename(blob(etag), place, error);
  } else {
    fs::rename(beside, place, error);
  }
  if (error) fail_writing(place, error.value());
}

void CacheFolder::write_ref(const std::string& revision, const std::string& commit) const {
  const fs::path file = path_ / "refs" / revision;
  if (read_ref(file) == commit) return;
  make_folders(file.parent_path());
  try {
    AtomicFile ref(file);
    ref.stream() << commit;
    ref.commit();
  } catch (const UsageError& error) {
    throw HubError(HubFailure::cannot_write, error.what());
  }
}

void CacheFolder::note_absent(const std::string& commit, const std::string& file) const {
  const fs::path note = path_ / ".no_exist" / commit / file;
  std::error_code error;
  fs::create_directories(note.parent_path(), error);
  if (!error) std::ofstream(note, std::ios::app).flush();
}

}  // namespace integrad
