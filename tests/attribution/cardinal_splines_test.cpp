// Splines that must be what they say: 1 at their node, exact for cubics, of fourth order.
#include "integrad/attribution/cardinal_splines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace integrad {
namespace {

std::vector<double> equidistant(Index count) {
  std::vector<double> places;
  for (Index i = 0; i < count; ++i) {
    places.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  }
  return places;
}

/// Largest difference between a function and the spline through its values at the nodes.
double worst(Index nodes, const std::function<double(double)>& f) {
  const std::vector<double> at = equidistant(nodes), places = equidistant(173);
  const Matrix<double> splines = cardinal_splines(nodes, places);
  double largest = 0;
  for (std::size_t k = 0; k < places.size(); ++k) {
    double value = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      value += splines.row(static_cast<Index>(k))[i] * f(at[i]);
    }
    largest = std::max(largest, std::abs(value - f(places[k])));
  }
  return largest;
}

TEST(CardinalSplines, AreOneAtTheirNodeAndZeroAtTheOthers) {
  for (const Index nodes : {5, 6, 9, 33}) {
    const Matrix<double> splines = cardinal_splines(nodes, equidistant(nodes));
    for (Index k = 0; k < nodes; ++k) {
      for (Index i = 0; i < nodes; ++i) EXPECT_NEAR(splines.row(k)[i], k == i ? 1 : 0, 1e-12);
    }
  }
}

TEST(CardinalSplines, AreExactForCubics) {
  for (const Index nodes : {5, 6, 17, 257}) {
    EXPECT_LT(worst(nodes, [](double) { return 1.0; }), 1e-12);
    EXPECT_LT(worst(nodes, [](double x) { return ((4 * x - 3) * x + 2) * x - 1; }), 1e-11);
  }
}

TEST(CardinalSplines, AreOfFourthOrder) {
  const auto wave = [](double x) { return std::sin(7 * x); };
  for (const Index panels : {16, 32, 64}) {
    EXPECT_GT(worst(panels + 1, wave), 12 * worst(2 * panels + 1, wave));
  }
}

}  // namespace
}  // namespace integrad
