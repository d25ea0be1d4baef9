// How certain a mean over texts is.
#pragma once

#include <cstdint>
#include <span>

#include "integrad/base/matrix.h"

namespace integrad {

/// A mean and where it would lie in 95 of 100 samples of other texts.
struct Interval {
  double mean = 0, low = 0, high = 0;
  Index texts = 0;  // that have a value
};

/// Percentile bootstrap (Efron 1979): the 2.5th and 97.5th percentile of the means of `resamples`
/// samples drawn with replacement. Entries that are NaN are left out; of no entries all is NaN.
Interval bootstrap_mean(std::span<const double> values, std::uint64_t seed, Index resamples = 2000);

}  // namespace integrad
