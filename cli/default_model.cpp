#include "cli/default_model.h"

#include <system_error>

#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

bool holds_model(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "config.json", ignored);
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

fs::path model_or_default(const std::string& given) {
  if (!given.empty()) return given;
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    throw UsageError("cannot tell where the program is installed (" + error.message() +
                     "); pass the folder of a model with --model");
  }
  return find_default_model(executable);
}

}  // namespace integrad::cli
