// The same texts explained in several ways, side by side, with what each costs and is worth.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/render/faithfulness_report.h"
#include "integrad/render/terminal.h"

namespace integrad {

struct Comparison {
  FaithfulnessReport report;                    // a section a candidate
  std::vector<std::vector<Explanation>> texts;  // of a text, one a candidate
};

/// One text's explanations under their names: the first line, then the text coloured, or without
/// colours once plain and its strongest words, once a name. At least one; as many names.
std::string render_side_by_side(std::span<const Explanation> explanations,
                                std::span<const std::string> names, const TerminalOptions& options);

/// What flows through the layers of texts (Explainer::conductance), of each text one explanation a
/// layer.
struct LayerSweep {
  ModelCard model;
  ExplanationSettings settings;
  std::vector<std::string> layers;
  std::vector<std::vector<Explanation>> texts;
};

/// One JSON object; `attributions` of a text: one list a layer.
std::string render_layers_json(const LayerSweep& sweep);

/// Each text once a candidate, coloured or its strongest words; then a table: evaluations, time and
/// measures of every candidate, and of the first one's scores in random order.
std::string render_comparison_terminal(const Comparison& comparison,
                                       const TerminalOptions& options);

/// One JSON object; what has no value is null. `attributions` of a text: one list a candidate.
std::string render_comparison_json(const Comparison& comparison);

/// A part of a page: the table, then a card a text. Escaped.
std::string render_comparison_html(const Comparison& comparison, const ModelCard& model);

}  // namespace integrad
