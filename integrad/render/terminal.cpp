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

// "joy 81.2 %, love 62.0 %" of several labels at once.
std::string predicted_text(const Explanation& explanation, const ModelCard& model) {
  if (explanation.predicted_ids.empty() && !explanation.probabilities.empty()) {
    return "no label, likeliest " +
           class_text(explanation, explanation.predicted, explanation.predicted_id);
  }
  if (explanation.predicted_ids.size() < 2) {
    return class_text(explanation, explanation.predicted, explanation.predicted_id);
  }
  std::string text;
  for (const Index id : explanation.predicted_ids) {
    text += (text.empty() ? "" : ", ") +
            class_text(explanation, class_label(explanation, model, id), id);
  }
  return text;
}

std::string heading(const Explanation& explanation, const ModelCard& model) {
  std::string line = predicted_text(explanation, model);
  const bool several = explanation.predicted_ids.size() > 1;
  if (several || explanation.target_id != explanation.predicted_id) {
    line += "   explained: " + class_text(explanation, explanation.target, explanation.target_id);
  }
  return line + "\n";
}

// Right-aligned in `width` columns; a character of several bytes is one column.
std::string right(const std::string& text, std::size_t width) {
  const auto columns = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
  return std::string(columns < width ? width - columns : 0, ' ') + text;
}

//   81.2 % ################     joy
std::string class_list(const Explanation& explanation, const ModelCard& model) {
  constexpr std::size_t few = 3, most = 6;
  constexpr double longest = 20;
  const std::vector<Index> ids = by_probability(explanation);
  if (ids.size() <= few || is_regression(explanation)) return "";
  std::string list;
  std::size_t shown = 0;
  for (std::size_t rank = 0; rank < ids.size(); ++rank) {
    const Index id = ids[rank];
    if (rank >= most && id != explanation.target_id) continue;
    const double share = std::clamp(explanation.probabilities[id], 0.0, 1.0);
    const auto length = static_cast<std::size_t>(std::lround(share * longest));
    list += "  " + right(probability_text(explanation, id), 8) + " " + std::string(length, '#') +
            std::string(static_cast<std::size_t>(longest) + 1 - length, ' ') +
            start_of(class_label(explanation, model, id), 40) + "\n";
    ++shown;
  }
  if (shown < ids.size()) {
    list += "           and " + std::to_string(ids.size() - shown) + " less likely\n";
  }
  return list;
}

// "(read in 4 overlapping windows, POSITIVE in each: 97.1 %, 88.0 %, …)"
std::string window_list(const Explanation& explanation) {
  constexpr std::size_t most = 12;
  const std::string words = windows_text(explanation);
  if (words.empty()) return "";
  std::string list;
  std::size_t shown = 0;
  for (const TextWindow& window : explanation.windows) {
    const auto target = static_cast<std::size_t>(explanation.target_id);
    if (target >= window.probabilities.size() || shown++ == most) break;
    list += (list.empty() ? " " : ", ") +
            probability_text(window.probabilities[target], is_regression(explanation));
  }
  if (shown > most) list += ", …";
  return "(" + words + ", " + visible_text(explanation.target, Lines::show) + " in each:" + list +
         ")\n";
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
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
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
    list += "  " + right(signed_number_text(run.attribution), 9) + " " +
            std::string(length, strength < 0 ? '-' : '+') + std::string(11 - length, ' ') +
            start_of(run.text, 60) + range_text(explanation, run) + "\n";
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

std::string terminal_heading(const Explanation& explanation, const TerminalOptions& options) {
  ModelCard model;
  model.labels = options.labels;
  return heading(explanation, model);
}

std::string render_terminal_text(const Explanation& explanation, const TerminalOptions& options) {
  const auto texts = lay_out(explanation, options.granularity);
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += "── second text ──\n";
    append_text(out, texts[i], options);
  }
  if (explanation.text.empty() && texts.size() == 1) out += "(empty text)\n";
  return out;
}

std::string strongest_line(const Explanation& explanation, const TerminalOptions& options) {
  const auto limit = static_cast<std::size_t>(std::max<Index>(options.strongest, 0));
  std::string line;
  for (const Run& run : strongest_runs(lay_out(explanation, options.granularity), limit)) {
    line += (line.empty() ? "" : ", ") + start_of(run.text, 20) + " " +
            signed_number_text(run.attribution);
  }
  return (line.empty() ? "every attribution is 0" : line) + "\n";
}

std::string render_terminal(const Explanation& explanation, const TerminalOptions& options) {
  const auto texts = lay_out(explanation, options.granularity);
  ModelCard model;
  model.labels = options.labels;
  std::string out = heading(explanation, model) + class_list(explanation, model) +
                    render_terminal_text(explanation, options);
  const std::string truncation = truncation_text(explanation);
  if (!truncation.empty()) out += "(" + truncation + ")\n";
  out += window_list(explanation);
  if (options.colours == ColourDepth::none) {
    out += "for (+) and against (-) " + visible_text(explanation.target, Lines::show) + "\n";
    out += strongest_list(explanation, texts, options);
  } else {
    out += legend(explanation, options);
  }
  const std::string baselines = baselines_text(explanation);
  if (!baselines.empty()) out += baselines + "\n";
  const std::string error = error_text(explanation);
  if (!error.empty()) out += error + "\n";
  return out + completeness_text(explanation) + "\n";
}

std::string render_terminal(const ExplanationDocument& document, const TerminalOptions& options) {
  TerminalOptions named = options;
  named.labels = document.model.labels;
  std::string out;
  for (const Explanation& explanation : document.explanations) {
    if (!out.empty()) out += '\n';
    out += render_terminal(explanation, named);
  }
  return out;
}

}  // namespace integrad
