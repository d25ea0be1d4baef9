#include "integrad/render/html.h"

#include <array>
#include <string_view>

#include "integrad/render/html_escape.h"
#include "integrad/render/html_style.h"
#include "integrad/render/layout.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

struct Choice {
  std::string_view id, label;
  bool on = false;
};

// Radio inputs stand before the page, so that plain CSS can see which one is on.
std::string inputs(std::string_view name, std::span<const Choice> choices) {
  std::string out;
  for (const Choice& choice : choices) {
    out.append("<input class=\"switch\" type=\"radio\" name=\"").append(name).append("\" id=\"");
    out.append(choice.id).append("\" aria-label=\"").append(name).append(": ");
    out.append(choice.label).append(choice.on ? "\" checked>\n" : "\">\n");
  }
  return out;
}

std::string labels(std::span<const Choice> choices) {
  std::string out = "<span class=\"group\">";
  for (const Choice& choice : choices) {
    out.append("<label for=\"").append(choice.id).append("\">").append(choice.label);
    out.append("</label>");
  }
  return out + "</span>\n";
}

std::string legend() {
  std::string ramp;
  for (int level = -colour_levels; level <= colour_levels; level += colour_levels / 5) {
    ramp += "<i class=\"w";
    if (level != 0) ramp += (level < 0 ? " n" : " p") + std::to_string(std::abs(level));
    ramp += "\"></i>";
  }
  return "<span class=\"legend\">against <span class=\"ramp\" aria-hidden=\"true\">" + ramp +
         "</span> for</span>\n";
}

std::string entry(std::string_view name, std::string_view value, bool wide = false) {
  if (value.empty()) return "";
  return std::string("<div") + (wide ? " class=\"wide\"" : "") + "><dt>" + std::string(name) +
         "</dt><dd>" + escape_html(value) + "</dd></div>\n";
}

// "windows of 512 tokens, 128 shared"; "" where long texts are cut.
std::string long_texts_of(const ExplanationSettings& settings) {
  if (settings.long_texts != "windows" || !settings.window) return "";
  return "windows of " + std::to_string(*settings.window) + " tokens, " +
         (settings.stride ? std::to_string(*settings.stride) : "a quarter") + " shared";
}

std::string threshold_of(const ExplanationSettings& settings) {
  return settings.threshold ? number_text(*settings.threshold) : "";
}

/// "pad, mask": several names may be broken into lines; a text or ids stay as they are.
std::string baseline_of(const ExplanationSettings& settings) {
  if (settings.baseline.find(':') != std::string::npos) return settings.baseline;
  std::string names;
  for (const char letter : settings.baseline)
    names += letter == ',' ? ", " : std::string(1, letter);
  return names;
}

/// None for integrated gradients, which have a quadrature rule instead.
std::string algorithm_of(const ExplanationSettings& settings) {
  const bool usual = settings.algorithm == to_string(Algorithm::integrated_gradients);
  return usual ? std::string() : settings.algorithm;
}

std::string title_of(const ExplanationSettings& settings) {
  const std::string other = algorithm_of(settings);
  return other.empty() ? "Integrated gradients" : other;
}

std::string lead_of(const ExplanationSettings& settings) {
  for (const Algorithm algorithm : all_algorithms) {
    if (settings.algorithm != to_string(algorithm) || adds_up(algorithm)) continue;
    return has_signs(algorithm) ? "Colour shows what each part of a text says for or against the "
                                  "explained class. These scores need not add up to anything."
                                : "Colour shows how much each part of a text matters for the score "
                                  "of the explained class, not which way.";
  }
  return "Colour shows what each part of a text adds to the score of the explained class, or takes "
         "from it. The attributions of a text add up to F(x) − F(x'): its score less the score of "
         "the baseline.";
}

std::string steps_of(const ExplanationSettings& settings) {
  if (settings.n_steps == 0) return "";
  return (settings.tolerance ? "up to " : "") + std::to_string(settings.n_steps);
}

std::string made_by(const ModelCard& model, const ExplanationSettings& settings) {
  const std::string layer = settings.layer + (settings.layer_input ? " (input)" : "");
  return "<dl class=\"made\">\n" + entry("Model", model.path, true) +
         entry("Family", model.family) + entry("Layer", layer) +
         entry("Baseline", baseline_of(settings)) + entry("Score", settings.score) +
         entry("Algorithm", algorithm_of(settings)) + entry("Quadrature", settings.method) +
         entry("Head", settings.head == to_string(HeadIntegral::exact) ? settings.head : "") +
         entry("Steps", steps_of(settings)) +
         entry("Noise", settings.noise ? number_text(*settings.noise) : "") +
         entry("Tolerance", settings.tolerance ? number_text(*settings.tolerance) : "") +
         entry("Longest text", settings.max_length
                                   ? std::to_string(*settings.max_length) + " tokens"
                                   : std::string()) +
         entry("Long texts", long_texts_of(settings)) + entry("Threshold", threshold_of(settings)) +
         entry("Computed on", settings.backend + ", " + settings.precision) +
         entry("SHA-256 of the weights", model.sha256, true) + "</dl>\n";
}

constexpr std::string_view policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

}  // namespace

std::string html_head(const ModelCard& model, const ExplanationSettings& settings,
                      const HtmlOptions& options) {
  const bool sentences = options.granularity == Granularity::sentence;
  const bool pieces = options.granularity == Granularity::token;
  const bool safe = options.palette == Palette::orange_blue;
  const std::array<Choice, 3> views = {{{"view-word", "words", !sentences && !pieces},
                                        {"view-token", "pieces", pieces},
                                        {"view-sentence", "sentences", sentences}}};
  const std::array<Choice, 2> palettes = {
      {{"palette-piyg", "pink–green", !safe}, {"palette-orange_blue", "orange–blue", safe}}};
  const std::array<Choice, 3> themes = {
      {{"theme-auto", "auto", true}, {"theme-light", "light"}, {"theme-dark", "dark"}}};
  const std::string title = escape_html(options.title.empty() ? title_of(settings) : options.title);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"";
  out.append(policy).append("\">\n");
  out +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"generator\" content=\"integrad\">\n<title>" +
      title + "</title>\n<style>" + html_style() + "</style>\n</head>\n<body>\n";
  out += inputs("show", views) + inputs("theme", themes) + inputs("colours", palettes);
  out += "<div class=\"page\">\n<div class=\"frame\">\n<h1>" + title + "</h1>\n";
  out += "<p class=\"lead\">" +
         escape_html(options.lead.empty() ? lead_of(settings) : options.lead) + "</p>\n";
  out += made_by(model, settings);
  out += "<div class=\"toolbar\">\n";
  if (options.coloured_texts) out += legend() + labels(views) + labels(palettes);
  out += labels(themes) + "</div>\n<main>\n";
  return out;
}

std::string html_foot() { return "</main>\n</div>\n</div>\n</body>\n</html>\n"; }

std::string render_html(const ExplanationDocument& document, const HtmlOptions& options) {
  std::string out = html_head(document.model, document.settings, options);
  Index number = 1;
  for (const Explanation& explanation : document.explanations) {
    out += html_card(explanation, document.model, number++);
  }
  return out + html_foot();
}

}  // namespace integrad
