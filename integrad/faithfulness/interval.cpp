#include "integrad/faithfulness/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace integrad {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Between the two nearest entries of a sorted list.
double percentile(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Interval bootstrap_mean(std::span<const double> values, std::uint64_t seed, Index resamples) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double value) { return !std::isnan(value); });
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (known.empty()) return {none, none, none, 0};
  std::mt19937_64 random(seed);
  std::vector<double> means, sample(known.size());
  for (Index r = 0; r < resamples; ++r) {
    for (double& value : sample) value = known[random() % known.size()];
    means.push_back(mean(sample));
  }
  std::sort(means.begin(), means.end());
  return {mean(known), percentile(means, 0.025), percentile(means, 0.975),
          static_cast<Index>(known.size())};
}

}  // namespace integrad
