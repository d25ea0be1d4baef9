#include "integrad/faithfulness/ranking.h"

#include <gtest/gtest.h>

#include <cmath>

namespace integrad {
namespace {

using Positions = std::vector<std::size_t>;

TEST(Ranking, LargestFirstAndOfEqualsTheEarlier) {
  const std::vector<double> scores{0.1, 0.5, -2, 0.5, 0.2};
  EXPECT_EQ(by_score(scores, Positions{0, 1, 2, 3, 4}), (Positions{1, 3, 4, 0, 2}));
  EXPECT_EQ(by_score(scores, Positions{4, 2}), (Positions{4, 2}));
  EXPECT_TRUE(by_score(scores, Positions{}).empty());
}

TEST(Ranking, KendallsTau) {
  const std::vector<double> up{1, 2, 3, 4}, down{4, 3, 2, 1}, swapped{1, 3, 2, 4};
  EXPECT_DOUBLE_EQ(kendall_tau(up, up), 1);
  EXPECT_DOUBLE_EQ(kendall_tau(up, down), -1);
  EXPECT_DOUBLE_EQ(kendall_tau(up, swapped), 4.0 / 6);
  // scipy.stats.kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), its own example.
  EXPECT_NEAR(kendall_tau(std::vector<double>{12, 2, 1, 12, 2}, std::vector<double>{1, 4, 7, 1, 0}),
              -0.47140452079103173, 1e-15);
  EXPECT_TRUE(std::isnan(kendall_tau(up, std::vector<double>{5, 5, 5, 5})));
  EXPECT_TRUE(std::isnan(kendall_tau({}, {})));
}

}  // namespace
}  // namespace integrad
