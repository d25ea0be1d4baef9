#include "cli/format.h"

#include <filesystem>

#include "integrad/base/error.h"

namespace integrad::cli {

std::string_view to_string(Format format) {
  switch (format) {
    case Format::terminal:
      return "terminal";
    case Format::html:
      return "html";
    case Format::json:
      return "json";
    case Format::jsonl:
      return "jsonl";
    case Format::csv:
      break;
  }
  return "csv";
}

Format choose_format(std::string_view name, const std::string& output_path, bool at_terminal,
                     std::initializer_list<Format> allowed) {
  if (!name.empty()) {
    std::string known;
    for (const Format format : allowed) {
      if (to_string(format) == name) return format;
      known += (known.empty() ? "" : ", ") + std::string(to_string(format));
    }
    throw UsageError("unknown format \"" + std::string(name) + "\"; choose one of " + known);
  }
  std::string ending = std::filesystem::path(output_path).extension().string();
  if (ending == ".htm") ending = ".html";
  for (const Format format : allowed) {
    if (ending == "." + std::string(to_string(format))) return format;
  }
  return at_terminal ? Format::terminal : Format::jsonl;
}

}  // namespace integrad::cli
