// Parsing a command's arguments.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace integrad::cli {

/// Fills the options that `app` declares and returns what is no option, untouched: the texts. All
/// behind "--" are texts. None when --help was asked for; then `help` has been printed. Throws
/// UsageError for an unknown option or a value that does not fit.
std::optional<std::vector<std::string>> parse_arguments(CLI::App& app, std::string_view help,
                                                        std::span<const std::string> arguments);

/// For commands that take no texts. Throws UsageError when there is one.
void refuse_texts(std::span<const std::string> texts);

}  // namespace integrad::cli
