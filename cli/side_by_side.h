// What the commands share that show texts several times under one another: compare, conductance.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/format.h"
#include "cli/options.h"
#include "cli/output.h"
#include "integrad/attribution/explainer.h"
#include "integrad/render/html.h"
#include "integrad/render/terminal.h"

namespace integrad::cli {

struct SideBySideArguments {
  ModelOptions model;
  TextOptions text;
  OutputOptions out;
  ExplainOptions explain;
  std::string granularity = "word";
  std::string palette = "piyg";
};

/// --granularity, --palette, --color, and those of models, texts, output and explanations.
void add_side_by_side_options(CLI::App& app, SideBySideArguments& arguments);

/// All texts at once: every explanation is kept to be shown. Throws UsageError for more than 200,
/// and what TextBlocks throws.
std::vector<TextInput> read_shown_texts(const TextOptions& options,
                                        std::span<const std::string> given,
                                        const Interrupt* interrupt);

/// How the texts are shown.
struct SideBySide {
  Format format = Format::terminal;
  HtmlOptions html;
  TerminalOptions terminal;
};

/// Terminal unless --format or --output say otherwise. Throws UsageError for unknown words.
SideBySide side_by_side(const SideBySideArguments& arguments, const Output& output);

}  // namespace integrad::cli
