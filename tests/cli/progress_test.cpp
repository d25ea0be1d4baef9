#include <gtest/gtest.h>

#include "cli/download_line.h"
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

TEST(DownloadLine, showsFileSizeRateAndTimeLeft) {
  EXPECT_EQ(download_line({"model.safetensors", 219'000'000, 438'000'000}, 0, 20, 100),
            "[##########----------]  50 %  model.safetensors  219 of 438 MB  10.9 MB/s  0:20 left");
  // What was there before is no speed.
  EXPECT_EQ(download_line({"x", 50'000'000, 99'000'000}, 50'000'000, 2, 100),
            "[##########----------]  50 %  x  50.0 of 99.0 MB");
  EXPECT_EQ(download_line({"x", 50'000'000, 99'000'000}, 50'000'000, 2, 30).size(), 30U);
}

TEST(DownloadLine, saysWhenNothingIsKnownYet) {
  EXPECT_EQ(download_line({}, 0, 2, 100), "looking for the model");
}

TEST(DownloadLine, showsControlCharactersOfANameAsText) {
  EXPECT_EQ(download_line({"a\x1b[2J", 1, 2}, 0, 2, 100).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace integrad::cli
