#include "integrad/faithfulness/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace integrad {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST(Interval, IsAsWideAsTheNormalApproximation) {
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(i / 399.0);
  const Interval interval = bootstrap_mean(values, 1);
  const double expected = 2 * 1.96 * std::sqrt(1.0 / 12 / 400);
  EXPECT_DOUBLE_EQ(interval.mean, 0.5);
  EXPECT_EQ(interval.texts, 400);
  EXPECT_NEAR(interval.high - interval.low, expected, 0.1 * expected);
  EXPECT_NEAR((interval.high + interval.low) / 2, 0.5, 0.1 * expected);
}

TEST(Interval, SameSeedSameBitsAndOthersDiffer) {
  const std::vector<double> values{1, 2, 4, 8, 16};
  const Interval a = bootstrap_mean(values, 7), b = bootstrap_mean(values, 7);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_LT(a.low, a.mean);
  EXPECT_GT(a.high, a.mean);
}

TEST(Interval, WhatHasNoValueIsLeftOut) {
  const Interval some = bootstrap_mean(std::vector<double>{none, 3, none, 3}, 1);
  EXPECT_EQ(some.texts, 2);
  EXPECT_EQ(some.mean, 3);
  EXPECT_EQ(some.low, 3);
  EXPECT_EQ(some.high, 3);
  const Interval empty = bootstrap_mean(std::vector<double>{none}, 1);
  EXPECT_EQ(empty.texts, 0);
  EXPECT_TRUE(std::isnan(empty.mean) && std::isnan(empty.low) && std::isnan(empty.high));
}

}  // namespace
}  // namespace integrad
