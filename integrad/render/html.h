// Explanations as one self-contained HTML page: no script, no request, everything escaped. Written
// in pieces, so that thousands of texts need not be kept: head, a card an explanation, foot.
#pragma once

#include <span>
#include <string>

#include "integrad/attribution/explanation.h"
#include "integrad/attribution/spans.h"
#include "integrad/render/colour.h"

namespace integrad {

/// What the page shows before the reader chooses.
struct HtmlOptions {
  std::string title = {};  // "": the algorithm that the settings name
  Granularity granularity = Granularity::word;
  Palette palette = Palette::piyg;
  std::string lead = {};       // "": what that algorithm's colours mean
  bool coloured_texts = true;  // else there is no legend, nor switches for them
};

/// The page up to its first card: style, switches (words, pieces, sentences; palette; light or
/// dark), legend, the model and the settings.
std::string html_head(const ModelCard& model, const ExplanationSettings& settings,
                      const HtmlOptions& options = {});

/// The card of one explanation: the user's own characters coloured by attribution, the
/// probabilities of the classes, the strongest words and the completeness statement. `number`
/// counts the cards of the page from 1; `model` names the classes.
std::string html_card(const Explanation& explanation, const ModelCard& model, Index number);

/// A card of the same text explained in several ways: heading, then the coloured text once a name.
/// At least one; as many names.
std::string html_comparison_card(std::span<const Explanation> explanations,
                                 std::span<const std::string> names, const ModelCard& model,
                                 Index number);

/// The end of the page.
std::string html_foot();

/// Head, all cards, foot.
std::string render_html(const ExplanationDocument& document, const HtmlOptions& options = {});

}  // namespace integrad
