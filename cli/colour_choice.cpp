#include "cli/colour_choice.h"

#include <cstdlib>

#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

ColourEnvironment colour_environment() {
  return {variable("NO_COLOR"), variable("TERM"), variable("COLORTERM")};
}

ColourDepth choose_colours(std::string_view when, bool at_terminal,
                           const ColourEnvironment& environment) {
  if (when != "auto" && when != "always" && when != "never") {
    throw UsageError("unknown --color \"" + std::string(when) + "\"; choose auto, always or never");
  }
  if (when == "never") return ColourDepth::none;
  if (when == "auto") {
    const std::string& term = environment.term;
    if (!at_terminal || !environment.no_color.empty()) return ColourDepth::none;
    if (term.empty() || term == "dumb" || term.starts_with("vt")) return ColourDepth::none;
  }
  const bool truecolor = environment.colorterm == "truecolor" || environment.colorterm == "24bit" ||
                         environment.term.ends_with("-direct");
  return truecolor ? ColourDepth::truecolor : ColourDepth::ansi256;
}

}  // namespace integrad::cli
