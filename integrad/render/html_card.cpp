// html_card of html.h.
#include <algorithm>
#include <cmath>
#include <vector>

#include "integrad/render/html.h"
#include "integrad/render/html_escape.h"
#include "integrad/render/layout.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

constexpr std::size_t most_classes = 8;    // with a bar
constexpr Index most_pieces = 12;          // pieces that a tooltip spells out
constexpr std::size_t most_strongest = 6;  // words named below the text
constexpr std::size_t most_open_windows = 8;

std::string level_class(int level) {
  if (level == 0) return "";
  return (level < 0 ? " n" : " p") + std::to_string(std::abs(level));
}

/// "+0.3502 ± 0.0021 [+0.3104, +0.3907]": an estimated error and a range over baselines where there
/// are such.
std::string number_of(const Explanation& explanation, const Run& run) {
  const auto error = error_of(explanation, run);
  return signed_number_text(run.attribution) + (error ? " ± " + number_text(*error) : "") +
         range_text(explanation, run);
}

/// The error is so large that the sign may be another, or baselines do not agree on it.
bool is_unsure(const Explanation& explanation, const Run& run) {
  const auto range = range_of(explanation, run);
  if (range && range->first < 0 && range->second > 0) return true;
  return error_of(explanation, run).value_or(0) > std::abs(run.attribution);
}

std::string tip(const Explanation& explanation, const Run& run) {
  const Index pieces = run.last_token - run.first_token;
  const std::string name =
      pieces > most_pieces ? std::to_string(pieces) + " pieces" : pieces_of(explanation, run);
  return escape_html(name) + ": " + number_of(explanation, run);
}

std::string run_html(const Explanation& explanation, const Run& run) {
  const std::string text = escape_html(run.text, Lines::keep);
  if (run.kind == Run::Kind::plain) return text;
  if (run.kind == Run::Kind::unseen) return "<span class=\"unseen\">" + text + "</span>";
  std::string kind = run.kind == Run::Kind::chip ? "w chip" : "w";
  if (is_unsure(explanation, run)) kind += " unsure";
  return "<span class=\"" + kind + level_class(run.level) + "\" tabindex=\"0\" data-tip=\"" +
         tip(explanation, run) + "\">" + text + "</span>";
}

std::string view_html(const Explanation& explanation, Granularity granularity,
                      std::string_view css_class) {
  std::string out = "<div class=\"view " + std::string(css_class) + "\">\n";
  const auto texts = lay_out(explanation, granularity);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts.size() > 1) {
      out += std::string("<p class=\"name\">") + (i == 0 ? "First text" : "Second text") + "</p>\n";
    }
    out += "<div class=\"text\" dir=\"auto\" lang=\"\">";
    const std::string& whole = i == 0 ? explanation.text : *explanation.text_pair;
    for (const Run& run : texts[i]) out += run_html(explanation, run);
    if (whole.empty()) out += "<span class=\"empty\">(empty text)</span>";
    out += "</div>\n";
  }
  const double scale = attribution_scale(explanation, granularity);
  if (scale > 0) out += "<p class=\"scale\">full colour: ±" + number_text(scale) + "</p>\n";
  return out + "</div>\n";
}

std::string bar(double share) {
  const double part = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
  return "<svg viewBox=\"0 0 1000 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
         "<rect width=\"" +
         std::to_string(std::lround(part * 1000)) + "\" height=\"1\"/></svg>";
}

std::string class_html(const Explanation& explanation, const ModelCard& model, Index id,
                       bool with_bar) {
  const bool explained = id == explanation.target_id;
  return std::string("<li") + (explained ? " class=\"explained\"" : "") + "><span>" +
         escape_html(class_label(explanation, model, id)) + "</span> <span>" +
         probability_text(explanation, id) + "</span>" +
         (with_bar ? bar(explanation.probabilities[id]) : "") + "</li>\n";
}

// The likeliest classes and the explained one with bars; the rest is folded.
std::string classes_html(const Explanation& explanation, const ModelCard& model) {
  if (is_regression(explanation)) return "";
  std::string shown, folded;
  std::size_t rank = 0, hidden = 0;
  for (const Index id : by_probability(explanation)) {
    if (rank++ < most_classes || id == explanation.target_id) {
      shown += class_html(explanation, model, id, true);
    } else {
      folded += class_html(explanation, model, id, false);
      ++hidden;
    }
  }
  std::string out =
      "<div class=\"classes\"><ul aria-label=\"Probabilities\">\n" + shown + "</ul>\n";
  if (hidden > 0) {
    out += "<details><summary>and " + std::to_string(hidden) + " less likely</summary><ul>\n" +
           folded + "</ul></details>\n";
  }
  return out + "</div>\n";
}

// "joy 81.2 %, love 62.0 %" where several labels hold at once.
std::string predicted_html(const Explanation& explanation, const ModelCard& model) {
  const auto named = [&](const std::string& label, Index id) {
    const std::string probability = probability_text(explanation, id);
    return escape_html(label) +
           (probability.empty() ? "" : " <span class=\"share\">" + probability + "</span>");
  };
  if (explanation.predicted_ids.empty() && !explanation.probabilities.empty()) {
    return "no label, likeliest " + named(explanation.predicted, explanation.predicted_id);
  }
  if (explanation.predicted_ids.size() < 2) {
    return named(explanation.predicted, explanation.predicted_id);
  }
  std::string out;
  for (const Index id : explanation.predicted_ids) {
    out += (out.empty() ? "" : ", ") + named(class_label(explanation, model, id), id);
  }
  return out;
}

std::string heading_html(const Explanation& explanation, const ModelCard& model, Index number) {
  const bool other =
      explanation.target_id != explanation.predicted_id || explanation.predicted_ids.size() > 1;
  const std::string probability = probability_text(explanation, explanation.target_id);
  const bool only_value = is_regression(explanation) && explanation.probabilities.size() == 1;
  std::string out = "<header><h2><span class=\"number\">" + std::to_string(number) +
                    "</span><span class=\"role\">" + (only_value ? "value of" : "predicted") +
                    "</span> " + predicted_html(explanation, model) + "</h2>";
  if (!only_value) {
    out +=
        std::string("<p class=\"target") + (other ? " other" : "") + "\">explained class: <b>" +
        escape_html(explanation.target) + "</b>" +
        (other && !probability.empty() ? " <span class=\"share\">" + probability + "</span>" : "") +
        "</p>";
  }
  return out + "</header>\n";
}

// The words that a window starts with.
std::string start_of_window(const Explanation& explanation, const TextWindow& window) {
  const auto count = static_cast<Index>(explanation.tokens.size());
  if (window.first_token < 0 || window.first_token >= count) return "";
  const TokenAttribution& token = explanation.tokens[window.first_token];
  const std::string_view text =
      token.segment == 1 && explanation.text_pair ? *explanation.text_pair : explanation.text;
  const auto start = std::clamp<Index>(token.start, 0, static_cast<Index>(text.size()));
  return start_of(text.substr(static_cast<std::size_t>(start)), 32);
}

// What each window says about the explained class.
std::string windows_html(const Explanation& explanation) {
  const std::string words = windows_text(explanation);
  if (words.empty()) return "";
  const bool open = explanation.windows.size() <= most_open_windows;
  std::string out = std::string("<details class=\"windows\"") + (open ? " open" : "") +
                    "><summary>" + words + "; " + escape_html(explanation.target) +
                    " in each:</summary><ol>\n";
  const auto target = static_cast<std::size_t>(explanation.target_id);
  for (const TextWindow& window : explanation.windows) {
    if (target >= window.probabilities.size()) break;
    const double probability = window.probabilities[target];
    const bool value = is_regression(explanation);
    out += "<li><span>" + escape_html(start_of_window(explanation, window)) + "</span> <span>" +
           probability_text(probability, value) + "</span>" + (value ? "" : bar(probability)) +
           "</li>\n";
  }
  return out + "</ol></details>\n";
}

std::string strongest_html(const Explanation& explanation) {
  std::string out;
  const auto texts = lay_out(explanation, Granularity::word);
  for (const Run& run : strongest_runs(texts, most_strongest)) {
    out += "<span><b>" + escape_html(start_of(run.text)) + "</b> " + number_of(explanation, run) +
           "</span> ";
  }
  return out.empty() ? "" : "<p class=\"strongest\">" + out + "</p>\n";
}

}  // namespace

std::string html_card(const Explanation& explanation, const ModelCard& model, Index number) {
  const std::string id = std::to_string(number);
  std::string out = "<article class=\"card\" id=\"text-" + id + "\">\n";
  out += "<a class=\"skip\" href=\"#sum-" + id + "\">skip this text</a>\n";
  out += heading_html(explanation, model, number);
  out += view_html(explanation, Granularity::word, "words");
  out += view_html(explanation, Granularity::token, "pieces");
  out += view_html(explanation, Granularity::sentence, "sentences");
  out += classes_html(explanation, model);
  out += "<footer id=\"sum-" + id + "\">" + strongest_html(explanation);
  const std::string truncation = truncation_text(explanation);
  if (!truncation.empty()) out += "<p class=\"cut\">" + truncation + ".</p>\n";
  out += windows_html(explanation);
  const std::string baselines = baselines_text(explanation);
  if (!baselines.empty()) out += "<p class=\"error\">" + escape_html(baselines) + "</p>";
  const std::string error = error_text(explanation);
  if (!error.empty()) {
    out += std::string("<p class=\"") + (explanation.converged ? "error" : "error cut") + "\">" +
           error + "</p>";
  }
  return out + "<p class=\"sum\">" + completeness_text(explanation) + "</p></footer>\n</article>\n";
}

std::string html_comparison_card(std::span<const Explanation> explanations,
                                 std::span<const std::string> names, const ModelCard& model,
                                 Index number) {
  const Explanation& first = explanations.front();
  std::string out = "<article class=\"card\" id=\"text-" + std::to_string(number) + "\">\n" +
                    heading_html(first, model, number) + "<div class=\"ways\">\n";
  for (std::size_t i = 0; i < explanations.size(); ++i) {
    out += "<p class=\"name\">" + escape_html(names[i]) + "</p>\n";
    out += view_html(explanations[i], Granularity::word, "words");
    out += view_html(explanations[i], Granularity::token, "pieces");
    out += view_html(explanations[i], Granularity::sentence, "sentences");
    out += "<p class=\"scale\">" + completeness_text(explanations[i]) + "</p>\n";
  }
  return out + "</div>\n" + classes_html(first, model) + "</article>\n";
}

}  // namespace integrad
