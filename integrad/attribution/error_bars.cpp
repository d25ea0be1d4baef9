#include "integrad/attribution/error_bars.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace integrad {

double norm(const std::vector<double>& values) {
  return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

ErrorBars error_bars(const std::vector<double>& attributions, const std::vector<double>& rows,
                     double gap, double rounding) {
  constexpr double safety = 2;
  const double size = norm(attributions), of_rows = norm(rows);
  const double error = std::max(of_rows, gap);
  ErrorBars bars{error, size, {}, 0};
  if (size > 0) bars.relative_error = std::hypot(safety * error / size, rounding);
  const auto moving = attributions.size() - static_cast<std::size_t>(std::count(
                                                attributions.begin(), attributions.end(), 0.0));
  const double unexplained = std::sqrt(std::max(0.0, error * error - of_rows * of_rows));
  const double shared = std::hypot(safety * unexplained, rounding * size) /
                        std::sqrt(static_cast<double>(std::max<std::size_t>(1, moving)));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    bars.errors.push_back(std::hypot(safety * rows[r], attributions[r] == 0 ? 0 : shared));
  }
  return bars;
}

}  // namespace integrad
