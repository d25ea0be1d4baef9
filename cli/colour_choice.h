// How many colours to send, from the option, the terminal and the environment.
#pragma once

#include <string>
#include <string_view>

#include "integrad/render/terminal.h"

namespace integrad::cli {

/// What the environment says about colours; "" for a variable that is not set.
struct ColourEnvironment {
  std::string no_color;   // NO_COLOR (no-color.org): not empty, no colours
  std::string term;       // TERM
  std::string colorterm;  // COLORTERM: "truecolor" or "24bit"
};

ColourEnvironment colour_environment();

/// `when`: "auto" (colours at a terminal that has them), "always" (whatever the environment says)
/// or "never". Throws UsageError for another word.
ColourDepth choose_colours(std::string_view when, bool at_terminal, const ColourEnvironment&);

}  // namespace integrad::cli
