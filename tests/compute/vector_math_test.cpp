// exp and erf of the row kernels against the C library in double, in units in the last place.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace integrad::cpu {
namespace {

#include "integrad/compute/cpu/vector_math.h"

/// |value − exact| in units of the last place of the float nearest to exact.
double ulps(float value, double exact) {
  const float nearest = std::abs(static_cast<float>(exact));
  const double unit =
      static_cast<double>(std::nextafter(nearest, INFINITY)) - static_cast<double>(nearest);
  return std::abs(static_cast<double>(value) - exact) / unit;
}

/// Largest error over every 97th float between `from` and `to` (same sign, from nearer to zero).
template <class F, class G>
double worst(float from, float to, F&& ours, G&& exact) {
  double worst = 0;
  for (auto bits = std::bit_cast<std::uint32_t>(from); bits <= std::bit_cast<std::uint32_t>(to);
       bits += 97) {
    const auto x = std::bit_cast<float>(bits);
    worst = std::max(worst, ulps(ours(x), exact(static_cast<double>(x))));
  }
  return worst;
}

TEST(VectorMath, ErfWithinTwoUlps) {
  const auto exact = [](double x) { return std::erf(x); };
  EXPECT_LE(worst(1e-30f, 10.0f, erf_of, exact), 2.0);
  EXPECT_LE(worst(-1e-30f, -10.0f, erf_of, exact), 2.0);
  EXPECT_EQ(erf_of(0.0f), 0.0f);
  EXPECT_EQ(erf_of(INFINITY), 1.0f);
  EXPECT_EQ(erf_of(-INFINITY), -1.0f);
}

TEST(VectorMath, ExpWithinTwoUlps) {
  const auto exact = [](double x) { return std::exp(x); };
  EXPECT_LE(worst(1e-30f, 88.0f, exp_of, exact), 2.0);
  EXPECT_LE(worst(-1e-30f, -87.0f, exp_of, exact), 2.0);
  EXPECT_EQ(exp_of(-INFINITY), 0.0f);
}

}  // namespace
}  // namespace integrad::cpu
