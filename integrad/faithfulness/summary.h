// Measures of many texts: means, how certain they are, and curves.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/algorithm.h"
#include "integrad/faithfulness/interval.h"
#include "integrad/faithfulness/measure.h"

namespace integrad {

/// Of one explanation, one reading a measure.
struct Faithfulness {
  std::vector<Reading> of_scores;
  std::vector<Reading> of_control;  // the same scores, shuffled over the tokens not special
};

/// A measure over all texts.
struct MeasureSummary {
  Measure measure = Measure::comprehensiveness;
  Interval scores, control;
  Interval gain;  // of a text: scores − control, with the sign that makes large good
  std::vector<double> curve, control_curve;  // means, of areas only
};

/// One a measure, in the order of `measures`, as the texts' readings are; seed of the intervals.
std::vector<MeasureSummary> summarize(std::span<const Faithfulness> texts,
                                      std::span<const Measure> measures, std::uint64_t seed);

/// The same texts' explanations of another kind: mean of `texts` − `others`, with the sign that
/// makes large good. NaN for measures that depend on the baseline by definition, where it is not
/// the same.
std::vector<Interval> gains_over(std::span<const Faithfulness> texts,
                                 std::span<const Faithfulness> others,
                                 std::span<const Measure> measures, bool same_baseline,
                                 std::uint64_t seed);

/// Explanations made in one way.
struct CandidateSummary {
  Algorithm algorithm = Algorithm::integrated_gradients;
  std::string baseline;
  std::vector<MeasureSummary> measures;
  std::vector<Interval> over_first;  // gains over the first candidate, one a measure; others only
  double evaluations = 0;            // a text, mean: as Explanation::evaluations
  double seconds = 0;                // a text, mean: explaining alone
};

}  // namespace integrad
