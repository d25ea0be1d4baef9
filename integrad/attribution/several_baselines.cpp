#include "integrad/attribution/several_baselines.h"

#include <cmath>

namespace integrad {
namespace {

/// Means of attribution and error over the entries at the same place of every list.
template <class Entries, class Of>
void average(std::span<const Explanation> explanations, const Of& of, Entries& mean) {
  const auto count = static_cast<double>(explanations.size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double attribution = 0, error = 0;
    for (const Explanation& explanation : explanations) {
      attribution += of(explanation)[i].attribution;
      error += of(explanation)[i].error.value_or(0);
    }
    mean[i].attribution = attribution / count;
    if (mean[i].error) mean[i].error = error / count;
  }
}

}  // namespace

Explanation mean_over_baselines(std::span<const Explanation> explanations,
                                std::span<const std::string> names) {
  Explanation mean = explanations.front();
  average(
      explanations, [](const Explanation& e) -> auto& { return e.tokens; }, mean.tokens);
  average(
      explanations, [](const Explanation& e) -> auto& { return e.words; }, mean.words);
  average(
      explanations, [](const Explanation& e) -> auto& { return e.sentences; }, mean.sentences);
  const auto count = static_cast<double>(explanations.size());
  mean.baseline_value = mean.delta = 0;
  mean.evaluations = 0;
  for (std::size_t b = 0; b < explanations.size(); ++b) {
    const Explanation& one = explanations[b];
    mean.baseline_value += one.baseline_value / count;
    mean.delta += one.delta / count;
    mean.evaluations += one.evaluations;
    mean.converged = mean.converged && one.converged;
    BaselineScores& scores = mean.baselines.emplace_back();
    scores.baseline = names[b];
    scores.baseline_value = one.baseline_value;
    scores.delta = one.delta;
    for (const TokenAttribution& token : one.tokens) {
      scores.attributions.push_back(token.attribution);
    }
  }
  if (mean.relative_error) {
    double errors = 0, attributions = 0;
    for (const TokenAttribution& token : mean.tokens) {
      errors += std::pow(token.error.value_or(0), 2);
      attributions += std::pow(token.attribution, 2);
    }
    mean.relative_error = attributions > 0 ? std::sqrt(errors / attributions) : 0;
  }
  return mean;
}

}  // namespace integrad
