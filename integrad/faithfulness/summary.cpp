#include "integrad/faithfulness/summary.h"

namespace integrad {
namespace {

std::vector<double> mean_curve(std::span<const std::vector<double>* const> curves) {
  std::vector<double> mean;
  for (const std::vector<double>* curve : curves) {
    mean.resize(curve->size(), 0.0);
    for (std::size_t i = 0; i < curve->size(); ++i) {
      mean[i] += (*curve)[i] / static_cast<double>(curves.size());
    }
  }
  return mean;
}

}  // namespace

std::vector<MeasureSummary> summarize(std::span<const Faithfulness> texts,
                                      std::span<const Measure> measures, std::uint64_t seed) {
  std::vector<MeasureSummary> summaries;
  for (std::size_t m = 0; m < measures.size(); ++m) {
    MeasureSummary& summary = summaries.emplace_back();
    summary.measure = measures[m];
    const double sign = large_is_good(summary.measure) ? 1 : -1;
    std::vector<double> of_scores, of_control, gains;
    std::vector<const std::vector<double>*> curves, control_curves;
    for (const Faithfulness& text : texts) {
      of_scores.push_back(text.of_scores[m].value);
      of_control.push_back(text.of_control[m].value);
      gains.push_back(sign * (of_scores.back() - of_control.back()));
      if (text.of_scores[m].curve.empty()) continue;
      curves.push_back(&text.of_scores[m].curve);
      control_curves.push_back(&text.of_control[m].curve);
    }
    summary.scores = bootstrap_mean(of_scores, seed);
    summary.control = bootstrap_mean(of_control, seed);
    summary.gain = bootstrap_mean(gains, seed);
    summary.curve = mean_curve(curves);
    summary.control_curve = mean_curve(control_curves);
  }
  return summaries;
}

std::vector<Interval> gains_over(std::span<const Faithfulness> texts,
                                 std::span<const Faithfulness> others,
                                 std::span<const Measure> measures, bool same_baseline,
                                 std::uint64_t seed) {
  std::vector<Interval> intervals;
  for (std::size_t m = 0; m < measures.size(); ++m) {
    const double sign = large_is_good(measures[m]) ? 1 : -1;
    std::vector<double> gains;
    const bool comparable = same_baseline || !depends_on_baseline(measures[m]);
    for (std::size_t i = 0; comparable && i < texts.size(); ++i) {
      gains.push_back(sign * (texts[i].of_scores[m].value - others[i].of_scores[m].value));
    }
    intervals.push_back(bootstrap_mean(gains, seed));
  }
  return intervals;
}

}  // namespace integrad
