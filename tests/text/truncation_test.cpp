#include "integrad/text/truncation.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

using Lengths = std::pair<std::size_t, std::size_t>;

TEST(Truncation, LongestFirst) {
  EXPECT_EQ(truncate_longest_first(3, 4, 7), Lengths(3, 4));
  EXPECT_EQ(truncate_longest_first(9, 0, 4), Lengths(4, 0));
  EXPECT_EQ(truncate_longest_first(2, 9, 6), Lengths(2, 4));  // only the longer one gives
  EXPECT_EQ(truncate_longest_first(9, 2, 6), Lengths(4, 2));
  EXPECT_EQ(truncate_longest_first(9, 8, 7), Lengths(4, 3));  // the odd one for the longer
  EXPECT_EQ(truncate_longest_first(8, 9, 7), Lengths(3, 4));
  EXPECT_EQ(truncate_longest_first(8, 8, 7), Lengths(3, 4));  // or the second of two equals
  EXPECT_EQ(truncate_longest_first(3, 9, 6), Lengths(3, 3));
  EXPECT_EQ(truncate_longest_first(5, 6, 1), Lengths(0, 1));
  EXPECT_EQ(truncate_longest_first(5, 6, 0), Lengths(0, 0));
  EXPECT_EQ(truncate_longest_first(0, 6, 3), Lengths(0, 3));
}

TEST(Truncation, OneTextOnly) {
  EXPECT_EQ(truncate(9, 3, 8, TruncationStrategy::only_first), Lengths(5, 3));
  EXPECT_EQ(truncate(3, 9, 8, TruncationStrategy::only_second), Lengths(3, 5));
  EXPECT_EQ(truncate(3, 9, 12, TruncationStrategy::only_first), Lengths(3, 9));
  EXPECT_EQ(truncate(9, 8, 7, TruncationStrategy::longest_first), Lengths(4, 3));
  EXPECT_EQ(truncate(3, 9, 0, TruncationStrategy::only_first), Lengths(0, 0));
  EXPECT_THROW(truncate(3, 9, 8, TruncationStrategy::only_first), UsageError);
  EXPECT_THROW(truncate(4, 9, 9, TruncationStrategy::only_first), UsageError);
  EXPECT_THROW(truncate(9, 0, 8, TruncationStrategy::only_second), UsageError);
}

TEST(Truncation, UsesAllTheRoomThereIs) {
  for (std::size_t first = 0; first < 12; ++first) {
    for (std::size_t second = 0; second < 12; ++second) {
      for (std::size_t longest = 0; longest < 25; ++longest) {
        const auto [a, b] = truncate_longest_first(first, second, longest);
        EXPECT_LE(a, first);
        EXPECT_LE(b, second);
        EXPECT_EQ(a + b, std::min(first + second, longest));
      }
    }
  }
}

}  // namespace
}  // namespace integrad
