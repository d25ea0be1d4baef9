#include "integrad/attribution/adaptive.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "integrad/attribution/error_bars.h"
#include "integrad/attribution/quadrature.h"

namespace integrad {
namespace {

constexpr Index first_panels = 8, second_panels = 16;
constexpr std::size_t nodes_of_answer = 6, nodes_of_check = 5;  // degree + 1

/// Weights of the nodes next to panel [x_i, x_{i+1}] that integrate their polynomial over it.
struct PanelRule {
  std::size_t first = 0;
  std::vector<double> weights;
};

/// `points` of [0, 1] and weights that are exact to degree 5.
PanelRule panel_rule(const std::vector<double>& x, std::size_t panel, std::size_t nodes,
                     const QuadratureRule& points) {
  const std::size_t count = std::min(nodes, x.size());
  const std::size_t before = count / 2 - 1;
  PanelRule rule{std::min(panel - std::min(panel, before), x.size() - count),
                 std::vector<double>(count, 0.0)};
  const double width = x[panel + 1] - x[panel];
  for (std::size_t q = 0; q < points.nodes.size(); ++q) {
    const double at = x[panel] + width * points.nodes[q];
    for (std::size_t j = 0; j < count; ++j) {
      double basis = 1;
      for (std::size_t k = 0; k < count; ++k) {
        if (k != j) basis *= (at - x[rule.first + k]) / (x[rule.first + j] - x[rule.first + k]);
      }
      rule.weights[j] += width * points.weights[q] * basis;
    }
  }
  return rule;
}

void add(const PanelRule& rule, const std::vector<const std::vector<double>*>& slopes, double sign,
         std::vector<double>& sum) {
  for (std::size_t j = 0; j < rule.weights.size(); ++j) {
    const std::vector<double>& slope = *slopes[rule.first + j];
    for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += sign * rule.weights[j] * slope[r];
  }
}

/// The worst panels, until the others together have no more than `rest`; at least one, none that
/// is as narrow as the grid. At most `most`.
std::vector<std::size_t> worst(const std::vector<double>& errors, double rest, Index most) {
  std::vector<std::size_t> order(errors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return errors[a] > errors[b]; });
  double left = 0;
  for (const double error : errors) left += error * error;
  std::vector<std::size_t> chosen;
  for (const std::size_t panel : order) {
    if (errors[panel] <= 0 || static_cast<Index>(chosen.size()) >= most) break;
    if (!chosen.empty() && left <= rest * rest) break;
    chosen.push_back(panel);
    left -= errors[panel] * errors[panel];
  }
  return chosen;
}

}  // namespace

std::vector<Index> first_places() {
  std::vector<Index> places;
  for (Index i = 0; i <= first_panels; ++i) places.push_back(i * finest_grid / first_panels);
  return places;
}

AdaptiveEstimate estimate(const AdaptiveSamples& samples, const AdaptiveOptions& options) {
  std::vector<std::size_t> order(samples.places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return samples.places[a] < samples.places[b]; });
  std::vector<double> x;
  std::vector<const std::vector<double>*> slopes;
  for (const std::size_t i : order) {
    x.push_back(static_cast<double>(samples.places[i]) / finest_grid);
    slopes.push_back(&samples.slopes[i]);
  }
  const QuadratureRule points = make_quadrature(Quadrature::gausslegendre, 3);
  const std::size_t rows = slopes.front()->size(), panels = x.size() - 1;
  AdaptiveEstimate result;
  result.attributions.assign(rows, 0.0);
  std::vector<double> panel_errors(panels), row_errors(rows, 0.0);
  double gaps = 0;
  for (std::size_t p = 0; p < panels; ++p) {
    std::vector<double> part(rows, 0.0);
    add(panel_rule(x, p, nodes_of_answer, points), slopes, 1, part);
    std::vector<double> difference = part;
    add(panel_rule(x, p, nodes_of_check, points), slopes, -1, difference);
    const double increment = samples.values[order[p + 1]] - samples.values[order[p]];
    const double gap = std::accumulate(part.begin(), part.end(), -increment);
    for (std::size_t r = 0; r < rows; ++r) {
      result.attributions[r] += part[r];
      row_errors[r] += difference[r] * difference[r];
    }
    const double error = norm(difference);
    if (options.rounding == 0) gaps += gap * gap;
    const bool narrow = samples.places[order[p + 1]] - samples.places[order[p]] < 2;
    panel_errors[p] = narrow ? 0 : options.rounding == 0 ? std::max(error, std::abs(gap)) : error;
  }
  for (double& error : row_errors) error = std::sqrt(error);
  ErrorBars bars = error_bars(result.attributions, row_errors, std::sqrt(gaps), options.rounding);
  const bool settled = bars.missed <= tolerated(options.tolerance) * bars.size;
  result.converged = settled && options.rounding <= options.tolerance;
  result.relative_error = bars.relative_error;
  result.errors = std::move(bars.errors);
  if (settled || !std::isfinite(bars.missed)) return result;  // the caller sees what is no number
  const double left =
      panels < second_panels ? 0 : tolerated(options.tolerance) * bars.size;  // the first halve all
  const Index room = options.max_nodes - static_cast<Index>(x.size());
  for (const std::size_t p : worst(panel_errors, left, room)) {
    result.next.push_back((samples.places[order[p]] + samples.places[order[p + 1]]) / 2);
  }
  return result;
}

std::vector<Index> worst_of_all(std::span<const std::vector<Index>> wanted, Index room) {
  std::vector<Index> chosen;
  std::size_t longest = 0;
  for (const auto& places : wanted) longest = std::max(longest, places.size());
  for (std::size_t rank = 0; rank < longest; ++rank) {
    for (const auto& places : wanted) {
      if (static_cast<Index>(chosen.size()) >= room) return chosen;
      if (rank >= places.size()) continue;
      if (std::find(chosen.begin(), chosen.end(), places[rank]) == chosen.end()) {
        chosen.push_back(places[rank]);
      }
    }
  }
  return chosen;
}

}  // namespace integrad
