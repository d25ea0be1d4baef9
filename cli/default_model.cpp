#include "cli/default_model.h"

#include <cstdint>
#include <optional>
#include <system_error>

#include "cli/download_line.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"
#include "integrad/base/error.h"
#include "integrad/hub/find_model.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

bool holds_model(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "config.json", ignored);
}

fs::path found_by_name(const std::string& given, bool quiet, HubNeed need) {
  HubOptions options = hub_options_from_environment();
  options.need = need;
  const Interrupt interrupt;
  ProgressBar bar(!quiet);
  std::optional<std::int64_t> before;
  options.on_progress = [&](const HubProgress& progress) {
    interrupt.check();
    if (!before && !progress.file.empty()) before = progress.bytes;
    bar.update([&](double seconds, Index width) {
      return download_line(progress, before.value_or(0), seconds, width);
    });
  };
  return find_model(given, options);
}

}  // namespace

fs::path find_default_model(const fs::path& executable) {
  const fs::path model = fs::path("models") / "imdb-minilm";
  const fs::path folder = executable.parent_path();
  if (const fs::path installed = folder.parent_path() / "share" / "integrad" / model;
      holds_model(installed)) {
    return installed;
  }
  for (fs::path above = folder; !above.empty(); above = above.parent_path()) {
    if (holds_model(above / model)) return above / model;
    if (above == above.parent_path()) break;
  }
  throw UsageError("the bundled model models/imdb-minilm was not found near " +
                   executable.string() + "; pass the folder of a model with --model");
}

fs::path model_or_default(const std::string& given, bool quiet, HubNeed need) {
  std::error_code error;
  if (fs::is_directory(given, error)) return given;
  if (!given.empty()) return found_by_name(given, quiet, need);
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    throw UsageError("cannot tell where the program is installed (" + error.message() +
                     "); pass the folder of a model with --model");
  }
  return find_default_model(executable);
}

}  // namespace integrad::cli
