#include "cli/side_by_side.h"

#include <CLI/CLI.hpp>

#include "cli/colour_choice.h"
#include "cli/text_blocks.h"
#include "integrad/base/error.h"

namespace integrad::cli {

void add_side_by_side_options(CLI::App& app, SideBySideArguments& arguments) {
  add_model_options(app, arguments.model);
  add_text_options(app, arguments.text);
  add_output_options(app, arguments.out);
  add_run_options(app, arguments.explain);
  add_explain_options(app, arguments.explain);
  app.add_option("--granularity", arguments.granularity);
  app.add_option("--palette", arguments.palette);
  app.add_option("--color", arguments.out.color);
}

std::vector<TextInput> read_shown_texts(const TextOptions& options,
                                        std::span<const std::string> given,
                                        const Interrupt* interrupt) {
  constexpr std::size_t most = 200;
  TextBlocks blocks(options, given, interrupt);
  std::vector<TextInput> texts;
  TextBlock block;
  while (blocks.next(block)) {
    for (TextInput& text : block.texts) texts.push_back(std::move(text));
    if (texts.size() > most) {
      throw UsageError("up to " + std::to_string(most) +
                       " texts are shown side by side; integrad explain and "
                       "integrad evaluate-explanations take any number");
    }
  }
  return texts;
}

SideBySide side_by_side(const SideBySideArguments& arguments, const Output& output) {
  SideBySide view;
  view.html.granularity = view.terminal.granularity = parse_granularity(arguments.granularity);
  view.html.palette = view.terminal.palette = parse_palette(arguments.palette);
  view.terminal.colours =
      choose_colours(arguments.out.color, output.is_terminal(), colour_environment());
  if (!arguments.out.format.empty() || !arguments.out.output.empty()) {
    view.format = choose_format(arguments.out.format, arguments.out.output, output.is_terminal(),
                                {Format::terminal, Format::json, Format::html});
  }
  return view;
}

}  // namespace integrad::cli
