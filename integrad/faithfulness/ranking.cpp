#include "integrad/faithfulness/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace integrad {
namespace {

int sign(double value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

}  // namespace

std::vector<std::size_t> by_score(std::span<const double> scores,
                                  std::span<const std::size_t> positions) {
  std::vector<std::size_t> order(positions.begin(), positions.end());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

double kendall_tau(std::span<const double> a, std::span<const double> b) {
  double agree = 0, in_a = 0, in_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int of_a = sign(a[i] - a[j]), of_b = sign(b[i] - b[j]);
      agree += of_a * of_b;
      in_a += of_a * of_a;
      in_b += of_b * of_b;
    }
  }
  if (in_a == 0 || in_b == 0) return std::numeric_limits<double>::quiet_NaN();
  return agree / std::sqrt(in_a * in_b);
}

}  // namespace integrad
