// What tests of faithfulness found, for people and programs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/faithfulness/summary.h"

namespace integrad {

struct FaithfulnessReport {
  std::string model, data;
  Index texts = 0;
  ExplanationSettings settings;  // of all explanations
  double top = 0;                // the measures' own options (faithfulness.h)
  std::string replacement;
  Index subsets = 0;
  std::uint64_t seed = 0;
  std::optional<double> rationale_share;  // where rationales were read
  std::vector<CandidateSummary> sections;
};

/// What tells the candidates apart: "saliency", of one algorithm "mask", else "saliency, mask".
std::vector<std::string> candidate_names(std::span<const CandidateSummary> candidates);

/// A table a section: means over the texts with their 95 % intervals.
std::string render_faithfulness_terminal(const FaithfulnessReport& report);

/// One JSON object; what has no value is null.
std::string render_faithfulness_json(const FaithfulnessReport& report);

/// A part of a page: the tables, and p over the share of replaced tokens. Escaped.
std::string render_faithfulness_html(const FaithfulnessReport& report);

}  // namespace integrad
