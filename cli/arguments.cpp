#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/output.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

bool is_option(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' && !(argument[1] >= '0' && argument[1] <= '9') &&
         argument[1] != ' ';
}

}  // namespace

std::optional<std::vector<std::string>> parse_arguments(CLI::App& app, std::string_view help,
                                                        std::span<const std::string> arguments) {
  // Texts are kept from CLI11, which would take "[a, b]" apart.
  const auto mark = std::find(arguments.begin(), arguments.end(), "--");
  app.allow_extras();
  std::vector<std::string> reversed(arguments.begin(), mark);
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    Output("").write(help);
    return {};
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    throw UsageError(message + " (integrad " + app.get_name() + " --help)");
  }
  std::vector<std::string> texts = app.remaining();
  for (const std::string& text : texts) {
    if (!is_option(text)) continue;
    throw UsageError("unknown option " + text + " (integrad " + app.get_name() +
                     " --help; a text that starts with - goes behind --)");
  }
  if (mark != arguments.end()) texts.insert(texts.end(), mark + 1, arguments.end());
  return texts;
}

void refuse_texts(std::span<const std::string> texts) {
  if (texts.empty()) return;
  throw UsageError("unexpected argument \"" + texts[0] +
                   "\"; this command takes no text, pass the folder of a model with --model");
}

}  // namespace integrad::cli
