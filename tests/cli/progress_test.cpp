#include <gtest/gtest.h>

#include "cli/progress_bar.h"

namespace integrad::cli {
namespace {

TEST(ProgressLine, showsRateAndTimeLeft) {
  EXPECT_EQ(progress_line({12, 640, 0.5, 10}, 80),
            "[##########----------]  50 %  12 texts  64 points/s  0:10 left");
  EXPECT_EQ(progress_line({1, 100, 0.01, 100}, 80),
            "[--------------------]   1 %  1 text  1 points/s  2:45:00 left");
}

TEST(ProgressLine, isClampedAndFitsTheTerminal) {
  EXPECT_TRUE(progress_line({1, 1, 1.5, 1}, 80).starts_with("[####################] 100 %"));
  EXPECT_EQ(progress_line({12, 640, 0.5, 10}, 30).size(), 30U);
}

TEST(ProgressLine, countsWhenTheEndIsNotKnown) {
  EXPECT_EQ(progress_line({12, 640, {}, 10}, 80), "12 texts  64 points/s");
}

}  // namespace
}  // namespace integrad::cli
