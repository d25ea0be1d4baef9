#include "cli/run_folder.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

/// What a write that was killed left behind (base/atomic_file).
void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> leftovers;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(".integrad-") && name.ends_with(".tmp")) leftovers.push_back(*entry);
  }
  for (const fs::path& file : leftovers) fs::remove(file, error);
}

}  // namespace

RunFolder::RunFolder(const fs::path& folder, bool force, bool resume) : folder_(folder) {
  std::error_code error;
  if (fs::exists(folder_, error) && !fs::is_directory(folder_, error)) {
    throw UsageError("--output " + folder_.string() + " is a file; give a folder");
  }
  remove_leftovers(folder_);
  const bool used = fs::exists(folder_, error) && !fs::is_empty(folder_, error);
  if (resume && !fs::exists(state(), error)) {
    throw UsageError("nothing to resume: there is no " + state().string());
  }
  if (used && !resume) {
    const bool ours = fs::exists(state(), error) || fs::exists(log_file(), error) ||
                      fs::exists(folder_ / "config.json", error);
    if (!force || !ours) {
      throw UsageError(
          "folder " + folder_.string() + " is not empty; " +
          (ours ? "--resume goes on with a run, --force begins anew" : "give another one"));
    }
    fs::remove(state(), error);
    fs::remove(log_file(), error);
  }
  fs::create_directories(folder_, error);
  if (error) throw UsageError("cannot make folder " + folder_.string() + ": " + error.message());
}

void RunFolder::open_log(Index step) {
  std::string kept;
  std::ifstream former(log_file());
  for (std::string line; std::getline(former, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.value("step", Index{0}) <= step) kept += line + "\n";
  }
  former.close();
  AtomicFile file(log_file());
  file.stream() << kept;
  file.commit();
  log_.open(log_file(), std::ios::app);
}

void RunFolder::log(const std::string& line) {
  log_ << line << std::endl;
  if (!log_) throw UsageError("cannot write " + log_file().string() + "; is the disk full?");
}

}  // namespace integrad::cli
