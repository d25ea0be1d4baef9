#include "integrad/attribution/quadrature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr Quadrature all[] = {Quadrature::riemann_left,   Quadrature::riemann_right,
                              Quadrature::riemann_middle, Quadrature::riemann_trapezoid,
                              Quadrature::gausslegendre,  Quadrature::trapezoid};

double sum(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); }

/// ∫ x^power over [0, 1] as the rule sees it.
double moment(const QuadratureRule& rule, int power) {
  double result = 0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    result += rule.weights[i] * std::pow(rule.nodes[i], power);
  }
  return result;
}

TEST(Quadrature, NamesRoundTrip) {
  for (const Quadrature rule : all) EXPECT_EQ(parse_quadrature(to_string(rule)), rule);
  EXPECT_THROW(parse_quadrature("simpson"), UsageError);
}

TEST(Quadrature, NodesAndWeightsOfTheReference) {  // alibi's table with n = 4
  const auto left = make_quadrature(Quadrature::riemann_left, 4);
  EXPECT_EQ(left.nodes, (std::vector<double>{0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(make_quadrature(Quadrature::riemann_right, 4).nodes,
            (std::vector<double>{0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(make_quadrature(Quadrature::riemann_middle, 4).nodes,
            (std::vector<double>{0.125, 0.375, 0.625, 0.875}));
  EXPECT_EQ(left.weights, std::vector<double>(4, 0.25));
  const auto trapezoid = make_quadrature(Quadrature::riemann_trapezoid, 3);
  EXPECT_EQ(trapezoid.nodes, (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(trapezoid.weights[1], 1.0 / 3);
  EXPECT_EQ(trapezoid.weights[0], 0.5 / 3);
}

TEST(Quadrature, WeightsSumToOneButForTheBiasedTrapezoid) {
  for (const Quadrature rule : all) {
    for (const Index n : {2, 3, 7, 50, 512, 1001}) {
      const bool biased = rule == Quadrature::riemann_trapezoid;
      const double expected = biased ? (static_cast<double>(n) - 1) / static_cast<double>(n) : 1;
      EXPECT_NEAR(sum(make_quadrature(rule, n).weights), expected, 1e-13);
    }
  }
}

TEST(Quadrature, GaussLegendreIsExactOnPolynomials) {
  for (Index n = 1; n <= 24; ++n) {
    const auto rule = make_quadrature(Quadrature::gausslegendre, n);
    for (int power = 0; power < 2 * n; ++power) {
      EXPECT_NEAR(moment(rule, power), 1.0 / (power + 1), 5e-16) << n << " nodes, x^" << power;
    }
    if (n > 6) continue;  // beyond, the error of the next power drowns in rounding
    EXPECT_GT(std::abs(moment(rule, static_cast<int>(2 * n)) - 1.0 / (2.0 * n + 1)), 1e-9) << n;
  }
}

TEST(Quadrature, GaussLegendreToTheLastDigit) {  // Abramowitz & Stegun, table 25.4, moved to [0, 1]
  const auto five = make_quadrature(Quadrature::gausslegendre, 5);
  EXPECT_NEAR(five.nodes[0], (1 - 0.906179845938663992797627) / 2, 1e-16);
  EXPECT_NEAR(five.nodes[1], (1 - 0.538469310105683091036314) / 2, 1e-16);
  EXPECT_EQ(five.nodes[2], 0.5);
  EXPECT_NEAR(five.weights[0], 0.236926885056189087514264 / 2, 1e-16);
  EXPECT_NEAR(five.weights[2], 0.568888888888888888888889 / 2, 1e-16);
  const auto one = make_quadrature(Quadrature::gausslegendre, 1);
  EXPECT_EQ(one.nodes[0], 0.5);
  EXPECT_EQ(one.weights[0], 1.0);
}

TEST(Quadrature, ManyGaussNodesStaySymmetricAscendingAndInside) {
  for (const Index n : {511, 512, 4000}) {
    const auto rule = make_quadrature(Quadrature::gausslegendre, n);
    EXPECT_NEAR(sum(rule.weights), 1, 1e-13);
    EXPECT_NEAR(moment(rule, 9), 0.1, 1e-14);
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      EXPECT_GT(rule.nodes[i], i == 0 ? 0.0 : rule.nodes[i - 1]);
      EXPECT_LT(rule.nodes[i], 1.0);
    }
  }
}

TEST(Quadrature, OrdersOfTheOtherRules) {
  EXPECT_NEAR(moment(make_quadrature(Quadrature::trapezoid, 11), 1), 0.5, 1e-15);
  EXPECT_NEAR(moment(make_quadrature(Quadrature::riemann_middle, 10), 1), 0.5, 1e-15);
  EXPECT_NEAR(moment(make_quadrature(Quadrature::riemann_left, 10), 1), 0.45, 1e-15);
  EXPECT_NEAR(moment(make_quadrature(Quadrature::riemann_right, 10), 1), 0.55, 1e-15);
}

TEST(Quadrature, TooFewSteps) {
  EXPECT_THROW(make_quadrature(Quadrature::gausslegendre, 0), UsageError);
  EXPECT_THROW(make_quadrature(Quadrature::gausslegendre, -3), UsageError);
  EXPECT_THROW(make_quadrature(Quadrature::riemann_trapezoid, 1), UsageError);
}

}  // namespace
}  // namespace integrad
