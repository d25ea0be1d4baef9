#include "integrad/attribution/quadrature.h"

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <utility>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::array<std::pair<std::string_view, Quadrature>, 7> names{{
    {"riemann_left", Quadrature::riemann_left},
    {"riemann_right", Quadrature::riemann_right},
    {"riemann_middle", Quadrature::riemann_middle},
    {"riemann_trapezoid", Quadrature::riemann_trapezoid},
    {"gausslegendre", Quadrature::gausslegendre},
    {"trapezoid", Quadrature::trapezoid},
    {"auto", Quadrature::automatic},
}};

/// P_n(t) and P_n'(t) by the three-term recurrence.
std::pair<long double, long double> legendre(Index n, long double t) {
  long double before = 1, now = t;
  for (Index k = 2; k <= n; ++k) {
    const long double next = ((2 * k - 1) * t * now - (k - 1) * before) / k;
    before = std::exchange(now, next);
  }
  return {now, n * (t * now - before) / (t * t - 1)};
}

/// Roots of P_n by Newton's method from Tricomi's estimate; weights 2 / ((1 − t²) P_n'(t)²).
/// In extended precision, so that the rounded result is right to the last double digit or two.
QuadratureRule gauss_legendre(Index n) {
  QuadratureRule rule{std::vector<double>(n, 0.5), std::vector<double>(n, 1.0)};
  if (n == 1) return rule;
  for (Index i = 0; i < (n + 1) / 2; ++i) {
    const long double phi = std::numbers::pi_v<long double> * (4 * i + 3) / (4 * n + 2);
    long double t = (1 - (n - 1.0L) / (8.0L * n * n * n)) * std::cos(phi);
    if (2 * i + 1 == n) t = 0;
    for (int iteration = 0; iteration < 20; ++iteration) {
      const auto [value, slope] = legendre(n, t);
      const long double step = value / slope;
      t -= step;
      if (std::abs(step) < 1e-18L) break;
    }
    const long double slope = legendre(n, t).second;
    const auto weight = static_cast<double>(1 / ((1 - t * t) * slope * slope));
    rule.nodes[i] = static_cast<double>((1 - t) / 2);
    rule.nodes[n - 1 - i] = static_cast<double>((1 + t) / 2);
    rule.weights[i] = rule.weights[n - 1 - i] = weight;
  }
  return rule;
}

}  // namespace

Quadrature parse_quadrature(std::string_view name) {
  std::string known;
  for (const auto& [spelling, rule] : names) {
    if (spelling == name) return rule;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  throw UsageError("unknown method \"" + std::string(name) + "\"; choose one of " + known);
}

std::string_view to_string(Quadrature rule) {
  for (const auto& [spelling, named] : names) {
    if (named == rule) return spelling;
  }
  throw std::logic_error("unnamed quadrature rule");
}

QuadratureRule make_quadrature(Quadrature rule, Index steps) {
  if (rule == Quadrature::automatic) return {};
  const Index fewest = rule == Quadrature::gausslegendre ? 1 : 2;
  if (steps < fewest) {
    throw UsageError("method " + std::string(to_string(rule)) + " needs at least " +
                     std::to_string(fewest) + " steps, found " + std::to_string(steps));
  }
  if (rule == Quadrature::gausslegendre) return gauss_legendre(steps);
  const auto n = static_cast<double>(steps);
  QuadratureRule result;
  for (Index k = 0; k < steps; ++k) {
    const auto step = static_cast<double>(k);
    const bool end = k == 0 || k == steps - 1;
    switch (rule) {
      case Quadrature::riemann_left:
        result.nodes.push_back(step / n);
        result.weights.push_back(1 / n);
        break;
      case Quadrature::riemann_right:
        result.nodes.push_back((step + 1) / n);
        result.weights.push_back(1 / n);
        break;
      case Quadrature::riemann_middle:
        result.nodes.push_back((step + 0.5) / n);
        result.weights.push_back(1 / n);
        break;
      case Quadrature::riemann_trapezoid:
        result.nodes.push_back(step / (n - 1));
        result.weights.push_back((end ? 0.5 : 1.0) / n);
        break;
      default:
        result.nodes.push_back(step / (n - 1));
        result.weights.push_back((end ? 0.5 : 1.0) / (n - 1));
    }
  }
  return result;
}

QuadratureRule random_rule(Index points, std::uint64_t seed) {
  if (points < 1) throw UsageError("1 random point at least, found " + std::to_string(points));
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto count = static_cast<double>(points);
  QuadratureRule rule;
  for (Index i = 0; i < points; ++i) {
    rule.nodes.push_back((static_cast<double>(i) + uniform(random)) / count);
    rule.weights.push_back(1 / count);
  }
  return rule;
}

}  // namespace integrad
