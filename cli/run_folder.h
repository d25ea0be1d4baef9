// The folder of a training run: its log and state while it runs, the model in the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "integrad/base/matrix.h"

namespace integrad::cli {

class RunFolder {
 public:
  /// Makes the folder. Throws UsageError when there is something already, unless `force` (a former
  /// run's log and state go) or `resume` (they stay, and must be there) is given.
  RunFolder(const std::filesystem::path& folder, bool force, bool resume);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path state() const { return folder_ / "training_state.safetensors"; }
  std::filesystem::path log_file() const { return folder_ / "train_log.jsonl"; }

  /// Opens the log; of a former run's only lines up to `step` stay.
  void open_log(Index step);
  /// One JSON object a line; throws UsageError when it cannot be written.
  void log(const std::string& line);

 private:
  std::filesystem::path folder_;
  std::ofstream log_;
};

}  // namespace integrad::cli
