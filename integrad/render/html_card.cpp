// html_card of html.h.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "integrad/render/html.h"
#include "integrad/render/html_escape.h"
#include "integrad/render/layout.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

constexpr std::size_t most_classes = 8;    // bars of a card
constexpr Index most_pieces = 12;          // pieces that a tooltip spells out
constexpr std::size_t most_strongest = 6;  // words named below the text

std::string level_class(int level) {
  if (level == 0) return "";
  return (level < 0 ? " n" : " p") + std::to_string(std::abs(level));
}

std::string tip(const Explanation& explanation, const Run& run) {
  const Index pieces = run.last_token - run.first_token;
  const std::string name =
      pieces > most_pieces ? std::to_string(pieces) + " pieces" : pieces_of(explanation, run);
  return escape_html(name) + ": " + signed_number_text(run.attribution);
}

std::string run_html(const Explanation& explanation, const Run& run) {
  const std::string text = escape_html(run.text, Lines::keep);
  if (run.kind == Run::Kind::plain) return text;
  if (run.kind == Run::Kind::unseen) return "<span class=\"unseen\">" + text + "</span>";
  const std::string kind = run.kind == Run::Kind::chip ? "w chip" : "w";
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

std::string class_label(const Explanation& explanation, const ModelCard& model, Index id) {
  if (id == explanation.target_id) return explanation.target;
  if (id == explanation.predicted_id) return explanation.predicted;
  if (id < static_cast<Index>(model.labels.size())) return model.labels[id];
  return "class " + std::to_string(id);
}

std::string bar_html(const Explanation& explanation, const ModelCard& model, Index id) {
  const double probability = explanation.probabilities[id];
  const double share = std::isfinite(probability) ? std::clamp(probability, 0.0, 1.0) : 0;
  const bool explained = id == explanation.target_id;
  return std::string("<li") + (explained ? " class=\"explained\"" : "") + "><span>" +
         escape_html(class_label(explanation, model, id)) + "</span> <span>" +
         probability_text(explanation, id) +
         "</span><svg viewBox=\"0 0 1000 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
         "<rect width=\"" +
         std::to_string(std::lround(share * 1000)) + "\" height=\"1\"/></svg></li>\n";
}

// The likeliest classes and the explained one, in order of probability.
std::string classes_html(const Explanation& explanation, const ModelCard& model) {
  if (is_regression(explanation)) return "";
  std::vector<Index> ids(explanation.probabilities.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::stable_sort(ids.begin(), ids.end(), [&](Index a, Index b) {
    return explanation.probabilities[a] > explanation.probabilities[b];
  });
  std::string out = "<ul class=\"classes\" aria-label=\"Probabilities\">\n";
  std::size_t shown = 0;
  for (std::size_t rank = 0; rank < ids.size(); ++rank) {
    if (rank >= most_classes && ids[rank] != explanation.target_id) continue;
    out += bar_html(explanation, model, ids[rank]);
    ++shown;
  }
  if (shown < ids.size()) {
    out += "<li>and " + std::to_string(ids.size() - shown) + " less likely</li>\n";
  }
  return out + "</ul>\n";
}

std::string heading_html(const Explanation& explanation, Index number) {
  const auto share = [&](Index id) {
    const std::string probability = probability_text(explanation, id);
    return probability.empty() ? "" : " <span class=\"share\">" + probability + "</span>";
  };
  const bool other = explanation.target_id != explanation.predicted_id;
  return "<header><h2><span class=\"number\">" + std::to_string(number) +
         "</span><span class=\"role\">predicted</span> " + escape_html(explanation.predicted) +
         share(explanation.predicted_id) + "</h2><p class=\"target" + (other ? " other" : "") +
         "\">explained class: <b>" + escape_html(explanation.target) + "</b>" +
         (other ? share(explanation.target_id) : "") + "</p></header>\n";
}

std::string strongest_html(const Explanation& explanation) {
  std::string out;
  const auto texts = lay_out(explanation, Granularity::word);
  for (const Run& run : strongest_runs(texts, most_strongest)) {
    out += "<span><b>" + escape_html(start_of(run.text)) + "</b> " +
           signed_number_text(run.attribution) + "</span> ";
  }
  return out.empty() ? "" : "<p class=\"strongest\">" + out + "</p>\n";
}

}  // namespace

std::string html_card(const Explanation& explanation, const ModelCard& model, Index number) {
  const std::string id = std::to_string(number);
  std::string out = "<article class=\"card\" id=\"text-" + id + "\">\n";
  out += "<a class=\"skip\" href=\"#sum-" + id + "\">skip this text</a>\n";
  out += heading_html(explanation, number);
  out += view_html(explanation, Granularity::word, "words");
  out += view_html(explanation, Granularity::token, "pieces");
  out += view_html(explanation, Granularity::sentence, "sentences");
  out += classes_html(explanation, model);
  out += "<footer id=\"sum-" + id + "\">" + strongest_html(explanation);
  const std::string truncation = truncation_text(explanation);
  if (!truncation.empty()) out += "<p class=\"cut\">" + truncation + ".</p>\n";
  return out + "<p class=\"sum\">" + completeness_text(explanation) + "</p></footer>\n</article>\n";
}

}  // namespace integrad
