#include "integrad/render/terminal.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "integrad/base/error.h"
#include "integrad/render/layout.h"
#include "integrad/render/visible_text.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

constexpr std::string_view reset = "\x1b[0m";

std::string channels(Rgb colour) {
  return std::to_string(colour.red) + ";" + std::to_string(colour.green) + ";" +
         std::to_string(colour.blue);
}

// The escape sequence for text on the colour of `level`; "" for neutral or without colours.
std::string paint(int level, const TerminalOptions& options) {
  if (level == 0 || options.colours == ColourDepth::none) return "";
  const Rgb background = colour_at(options.palette, static_cast<double>(level) / colour_levels);
  if (options.colours == ColourDepth::truecolor) {
    return "\x1b[48;2;" + channels(background) + ";38;2;" + channels(text_colour_on(background)) +
           "m";
  }
  const int number = nearest_ansi256(background);
  const bool black = text_colour_on(ansi256_colour(number)) == Rgb{0, 0, 0};
  return "\x1b[48;5;" + std::to_string(number) + ";38;5;" + (black ? "16" : "231") + "m";
}

// A line feed inside a colour would paint the rest of the terminal's line.
void append_painted(std::string& out, std::string_view text, const std::string& colour) {
  if (colour.empty()) {
    out += text;
    return;
  }
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) out.append(colour).append(text.substr(start, end - start)).append(reset);
    if (end < text.size()) out += '\n';
    start = end + 1;
  }
}

std::string class_text(const Explanation& explanation, const std::string& label, Index id) {
  const std::string probability = probability_text(explanation, id);
  return visible_text(label, Lines::show) + (probability.empty() ? "" : " " + probability);
}

std::string heading(const Explanation& explanation) {
  std::string line = class_text(explanation, explanation.predicted, explanation.predicted_id);
  if (explanation.target_id != explanation.predicted_id) {
    line += "   explained: " + class_text(explanation, explanation.target, explanation.target_id);
  }
  return line + "\n";
}

void append_text(std::string& out, const std::vector<Run>& runs, const TerminalOptions& options) {
  const bool colours = options.colours != ColourDepth::none;
  for (const Run& run : runs) {
    const std::string text = visible_text(run.text, Lines::keep);
    switch (run.kind) {
      case Run::Kind::unseen:
        append_painted(out, text, colours ? "\x1b[2m" : "");
        break;
      case Run::Kind::chip:
        if (!colours) break;  // the list names it
        append_painted(out, " " + text + " ", paint(run.level, options));
        break;
      default:
        append_painted(out, text, paint(run.level, options));
    }
  }
  if (!out.ends_with('\n')) out += '\n';
}

std::string plus_or_minus(const Explanation& explanation, const TerminalOptions& options) {
  return "±" + number_text(attribution_scale(explanation, options.granularity));
}

std::string legend(const Explanation& explanation, const TerminalOptions& options) {
  std::string line = "against ";
  for (int level = -colour_levels; level <= colour_levels; level += colour_levels / 5) {
    const std::string colour = paint(level, options);
    line += colour + " " + (colour.empty() ? "" : std::string(reset));
  }
  return line + " for " + visible_text(explanation.target, Lines::show) + ", full colour " +
         plus_or_minus(explanation, options) + "\n";
}

// +0.4123 ++++++++++ love
std::string strongest_list(const Explanation& explanation,
                           const std::vector<std::vector<Run>>& texts,
                           const TerminalOptions& options) {
  const auto limit = static_cast<std::size_t>(std::max<Index>(options.strongest, 0));
  const double scale = attribution_scale(explanation, options.granularity);
  std::string list;
  for (const Run& run : strongest_runs(texts, limit)) {
    const double strength = colour_strength(run.attribution, scale);
    const auto length = std::max<std::size_t>(1, std::lround(std::abs(strength) * 10));
    const std::string number = signed_number_text(run.attribution);
    // A true minus sign is three bytes and one column wide.
    const std::size_t width = number.size() - 2 * std::count(number.begin(), number.end(), '\xe2');
    list += "  " + std::string(width < 9 ? 9 - width : 0, ' ') + number + " " +
            std::string(length, strength < 0 ? '-' : '+') + std::string(11 - length, ' ') +
            start_of(run.text, 60) + "\n";
  }
  return list.empty() ? "  every attribution is 0\n" : list;
}

}  // namespace

ColourDepth parse_colour_depth(std::string_view name) {
  if (name == "none") return ColourDepth::none;
  if (name == "ansi256") return ColourDepth::ansi256;
  if (name == "truecolor") return ColourDepth::truecolor;
  throw UsageError("unknown colour depth \"" + std::string(name) +
                   "\": use none, ansi256 or truecolor");
}

std::string render_terminal(const Explanation& explanation, const TerminalOptions& options) {
  const auto texts = lay_out(explanation, options.granularity);
  std::string out = heading(explanation);
  for (const auto& runs : texts) append_text(out, runs, options);
  if (explanation.text.empty() && texts.size() == 1) out += "(empty text)\n";
  const std::string truncation = truncation_text(explanation);
  if (!truncation.empty()) out += "(" + truncation + ")\n";
  if (options.colours == ColourDepth::none) {
    out += "for (+) and against (-) " + visible_text(explanation.target, Lines::show) + "\n";
    out += strongest_list(explanation, texts, options);
  } else {
    out += legend(explanation, options);
  }
  return out + completeness_text(explanation) + "\n";
}

std::string render_terminal(const ExplanationDocument& document, const TerminalOptions& options) {
  std::string out;
  for (const Explanation& explanation : document.explanations) {
    if (!out.empty()) out += '\n';
    out += render_terminal(explanation, options);
  }
  return out;
}

}  // namespace integrad
