// An explanation for people at a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/attribution/spans.h"
#include "integrad/render/colour.h"

namespace integrad {

/// What colours the terminal can show. Asking the terminal is the caller's business.
enum class ColourDepth { none, ansi256, truecolor };

/// The enumerator of "none", "ansi256" or "truecolor"; UsageError otherwise.
ColourDepth parse_colour_depth(std::string_view name);

struct TerminalOptions {
  ColourDepth colours = ColourDepth::none;
  Granularity granularity = Granularity::word;
  Palette palette = Palette::piyg;
  /// Longest list of the strongest tokens, words or sentences that is shown without colours.
  Index strongest = 10;
  std::vector<std::string> labels = {};  // of the model, in order of the class number
};

/// A block of lines that ends with a line feed: predicted and explained class, of many classes the
/// likeliest, the user's own text with coloured backgrounds (a second text below a line that says
/// so), what each window of a long text says, the legend and the completeness statement. Without
/// colours a list of the strongest spans with their signed scores takes the place of the colours.
/// Control characters of the text and of the labels are shown, never sent.
std::string render_terminal(const Explanation& explanation, const TerminalOptions& options = {});

/// The parts of such a block: the first line; the text alone; without colours the strongest spans
/// in one line, "love +0.4123, but −0.0311". Each ends with a line feed.
std::string terminal_heading(const Explanation& explanation, const TerminalOptions& options);
std::string render_terminal_text(const Explanation& explanation, const TerminalOptions& options);
std::string strongest_line(const Explanation& explanation, const TerminalOptions& options);

/// The blocks of all explanations with an empty line between them; labels are the document's.
std::string render_terminal(const ExplanationDocument& document,
                            const TerminalOptions& options = {});

}  // namespace integrad
