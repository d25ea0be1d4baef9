#include "integrad/training/schedule.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

TEST(Schedule, WarmUpThenDown) {
  const Schedule linear{.decay = Decay::linear, .peak = 1, .warmup = 4, .steps = 14};
  EXPECT_EQ(linear.rate(0), 0);
  EXPECT_EQ(linear.rate(2), 0.5);
  EXPECT_EQ(linear.rate(4), 1);
  EXPECT_NEAR(linear.rate(9), 0.5, 1e-15);
  EXPECT_EQ(linear.rate(14), 0);
  EXPECT_EQ(linear.rate(99), 0);
}

TEST(Schedule, PolynomialEndsWhereItIsTold) {
  const Schedule square{.decay = Decay::polynomial, .peak = 1, .end = 0.2, .power = 2, .steps = 10};
  EXPECT_EQ(square.rate(0), 1);
  EXPECT_NEAR(square.rate(5), 0.8 * 0.25 + 0.2, 1e-15);
  EXPECT_NEAR(square.rate(10), 0.2, 1e-15);
}

TEST(Schedule, Constant) {
  const Schedule constant{.decay = Decay::constant, .peak = 3, .warmup = 2, .steps = 5};
  EXPECT_EQ(constant.rate(1), 1.5);
  EXPECT_EQ(constant.rate(4), 3);
}

TEST(Schedule, Names) {
  EXPECT_EQ(parse_decay("polynomial"), Decay::polynomial);
  EXPECT_THROW(parse_decay("cosine"), UsageError);
}

}  // namespace
}  // namespace integrad
