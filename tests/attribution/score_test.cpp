#include "integrad/attribution/score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"

namespace integrad {
namespace {

TEST(Score, NamesRoundTrip) {
  for (const Score score : {Score::probability, Score::logit, Score::log_odds}) {
    EXPECT_EQ(parse_score(to_string(score)), score);
  }
  EXPECT_THROW(parse_score("entropy"), UsageError);
}

TEST(Score, SeedsAreDerivatives) {
  const std::vector<double> logits{0.3, -1.2, 2.1};
  for (const Score score : {Score::probability, Score::logit, Score::log_odds}) {
    for (const Link link : {Link::softmax, Link::sigmoid, Link::identity}) {
      for (Index target = 0; target < 3; ++target) {
        std::vector<double> seed(3), unused(3);
        (void)evaluate_score(score, link, logits, target, seed);
        for (std::size_t c = 0; c < 3; ++c) {
          constexpr double h = 1e-6;
          std::vector<double> up = logits, down = logits;
          up[c] += h;
          down[c] -= h;
          const double slope = (evaluate_score(score, link, up, target, unused) -
                                evaluate_score(score, link, down, target, unused)) /
                               (2 * h);
          EXPECT_NEAR(seed[c], slope, 1e-9);
        }
      }
    }
  }
}

TEST(Score, LogOddsOfTheProbability) {
  const std::vector<double> logits{0.3, -1.2, 2.1};
  std::vector<double> seed(3);
  for (const Link link : {Link::softmax, Link::sigmoid}) {
    const auto p = probabilities_of(logits, link);
    for (Index c = 0; c < 3; ++c) {
      const double value = evaluate_score(Score::log_odds, link, logits, c, seed);
      const auto index = static_cast<std::size_t>(c);
      EXPECT_NEAR(value, std::log(p[index] / (1 - p[index])), 1e-12);
      EXPECT_NEAR(evaluate_score(Score::probability, link, logits, c, seed), p[index], 1e-15);
    }
  }
}

TEST(Score, HugeLogitsStayFinite) {
  const std::vector<double> logits{1000, -1000};
  std::vector<double> seed(2);
  EXPECT_EQ(evaluate_score(Score::probability, Link::softmax, logits, 0, seed), 1.0);
  EXPECT_EQ(evaluate_score(Score::probability, Link::sigmoid, logits, 1, seed), 0.0);
  EXPECT_EQ(evaluate_score(Score::log_odds, Link::softmax, logits, 0, seed), 2000.0);
  EXPECT_EQ(probabilities_of(logits, Link::softmax)[1], 0.0);
}

TEST(Score, ARegressionIsItsValue) {
  const std::vector<double> values{0.3, -1.2};
  std::vector<double> seed(2);
  EXPECT_EQ(probabilities_of(values, Link::identity), values);
  EXPECT_EQ(evaluate_score(Score::probability, Link::identity, values, 1, seed), -1.2);
  EXPECT_EQ(seed, (std::vector<double>{0, 1}));
}

}  // namespace
}  // namespace integrad
