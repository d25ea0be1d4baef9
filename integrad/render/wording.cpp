#include "integrad/render/wording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

std::string printed(const char* format, double value) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, value);
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  std::replace(text.begin(), text.end(), ',', '.');  // a locale's decimal comma
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

// −x as "(−x)", where it follows a minus sign.
std::string subtrahend(double value) {
  const std::string text = number_text(value);
  return text.starts_with("−") ? "(" + text + ")" : text;
}

}  // namespace

std::string number_text(double value) {
  const double size = std::abs(value);
  if (!std::isfinite(value)) return std::isnan(value) ? "not a number" : printed("%f", value);
  if (size == 0) return "0";
  if (size < 0.0005) return printed("%.1e", value);
  return size < 1e6 ? printed("%.4f", value) : printed("%.4e", value);
}

std::string signed_number_text(double value) { return (value > 0 ? "+" : "") + number_text(value); }

bool is_regression(const Explanation& explanation) {
  return !explanation.probabilities.empty() && explanation.probabilities == explanation.logits;
}

std::string probability_text(const Explanation& explanation, Index class_id) {
  if (class_id < 0 || class_id >= static_cast<Index>(explanation.probabilities.size())) return "";
  return probability_text(explanation.probabilities[class_id], is_regression(explanation));
}

std::string probability_text(double probability, bool value) {
  if (value || !std::isfinite(probability)) return number_text(probability);
  // "100.0 %" is kept for what is exactly 1.
  if (probability < 1 && probability >= 0.9995) return "> 99.9 %";
  if (probability > 0 && probability < 0.0005) return "< 0.1 %";
  return printed("%.1f", 100 * probability) + " %";
}

std::vector<Index> by_probability(const Explanation& explanation) {
  std::vector<Index> ids(explanation.probabilities.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::stable_sort(ids.begin(), ids.end(), [&](Index a, Index b) {
    return explanation.probabilities[a] > explanation.probabilities[b];
  });
  return ids;
}

std::string class_label(const Explanation& explanation, const ModelCard& model, Index id) {
  if (id == explanation.target_id) return explanation.target;
  if (id == explanation.predicted_id) return explanation.predicted;
  if (id >= 0 && id < static_cast<Index>(model.labels.size())) return model.labels[id];
  return "class " + std::to_string(id);
}

double sum_of_attributions(const Explanation& explanation) {
  double sum = 0;
  for (const TokenAttribution& token : explanation.tokens) sum += token.attribution;
  return sum;
}

std::string gap_text(double delta) {
  if (delta == 0) return "0";
  return std::isfinite(delta) ? printed("%.0e", delta) : number_text(delta);
}

std::string completeness_text(const Explanation& explanation) {
  if (!has_signs(explanation.algorithm)) {
    return std::string(to_string(explanation.algorithm)) +
           ": scores say how much a word matters, not which way, and add up to nothing";
  }
  if (!adds_up(explanation.algorithm)) {
    return std::string(to_string(explanation.algorithm)) + ": Σ attributions " +
           number_text(sum_of_attributions(explanation)) + ", which need not be F(x) " +
           number_text(explanation.value) + " − F(x') " + subtrahend(explanation.baseline_value);
  }
  return "Σ attributions " + number_text(sum_of_attributions(explanation)) + " = F(x) " +
         number_text(explanation.value) + " − F(x') " + subtrahend(explanation.baseline_value) +
         ", gap " + gap_text(explanation.delta);
}

std::string error_text(const Explanation& explanation) {
  if (!explanation.relative_error) return "";
  const std::string percent = printed("%.2g %%", 100 * *explanation.relative_error);
  const std::string points = std::to_string(explanation.evaluations) + " points";
  if (explanation.converged) {
    return std::string("scores within ") + percent + " (estimated, " + points + ")";
  }
  return std::string("not converged: scores may be off by ") + percent + " after " + points;
}

std::string baselines_text(const Explanation& explanation) {
  if (explanation.baselines.empty()) return "";
  std::string names;
  for (const BaselineScores& scores : explanation.baselines) {
    names += (names.empty() ? "" : ", ") + visible_text(scores.baseline, Lines::show);
  }
  return "mean of " + std::to_string(explanation.baselines.size()) + " baselines (" + names +
         "); in brackets the least and the most";
}

std::string range_text(const Explanation& explanation, const Run& run) {
  const auto range = range_of(explanation, run);
  if (!range) return "";
  return " [" + signed_number_text(range->first) + ", " + signed_number_text(range->second) + "]";
}

std::string truncation_text(const Explanation& explanation) {
  if (explanation.truncated_tokens <= 0) return "";
  const bool one = explanation.truncated_tokens == 1;
  return std::to_string(explanation.truncated_tokens) +
         (one ? " token did not fit and was cut off" : " tokens did not fit and were cut off");
}

std::string windows_text(const Explanation& explanation) {
  if (explanation.windows.empty()) return "";
  return "read in " + std::to_string(explanation.windows.size()) + " overlapping windows";
}

}  // namespace integrad
