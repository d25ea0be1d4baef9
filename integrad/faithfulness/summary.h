// Measures of many texts: means, how certain they are, and curves.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

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
/// makes large good. NaN for measures that depend on the baseline by definition.
std::vector<Interval> gains_over(std::span<const Faithfulness> texts,
                                 std::span<const Faithfulness> others,
                                 std::span<const Measure> measures, std::uint64_t seed);

/// Explanations from one baseline.
struct BaselineSummary {
  std::string baseline;
  std::vector<MeasureSummary> measures;
  std::vector<Interval> over_first;  // gains over the first baseline, one a measure; of others only
};

}  // namespace integrad
