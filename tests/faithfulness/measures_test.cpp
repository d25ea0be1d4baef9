// Measures in closed form, of a classifier whose probability is a sum over its tokens.
#include "integrad/faithfulness/measures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"

namespace integrad {
namespace {

using Ids = std::vector<std::int32_t>;

constexpr std::int32_t first = 101, last = 102, nothing = 103;
constexpr double at_least = 0.1;

double worth(std::int32_t id) { return id < first ? id / 100.0 : 0; }

/// p = 0.1 + Σ worth; ids below 101 are words.
double probability(const TokenInput& text) {
  double sum = at_least;
  for (const std::int32_t id : text.ids) sum += worth(id);
  return sum;
}

/// Words between [CLS] and [SEP], scored by their worth.
ScoredText scored(const Ids& words) {
  ScoredText text;
  text.tokens.ids = {first};
  text.tokens.ids.insert(text.tokens.ids.end(), words.begin(), words.end());
  text.tokens.ids.push_back(last);
  text.tokens.type_ids.assign(text.tokens.ids.size(), 0);
  for (const std::int32_t id : text.tokens.ids) {
    if (id < first) text.ordinary.push_back(text.scores.size());
    text.scores.push_back(worth(id));
    text.baseline_ids.push_back(id < first ? nothing : id);
  }
  text.replacements = text.baseline_ids;
  return text;
}

Reading read(Measure measure, const ScoredText& text, const MeasureOptions& options = {}) {
  Probes probes;
  const ReadMeasure reader = plan_measure(measure, text, options, probes);
  std::vector<double> probabilities;
  for (const TokenInput& probe : probes.texts()) {
    EXPECT_FALSE(probe.ids.empty());
    EXPECT_EQ(probe.ids.size(), probe.type_ids.size());
    probabilities.push_back(probability(probe));
  }
  return reader(probabilities);
}
double value(Measure measure, const ScoredText& text, const MeasureOptions& options = {}) {
  return read(measure, text, options).value;
}

/// Ten tokens with the special ones: a fifth are two.
const Ids eight{1, 9, 2, 7, 3, 1, 2, 5};  // hundredths; 30 in all

TEST(Measures, TheTopFifthOfAllTokens) {
  const ScoredText text = scored(eight);
  EXPECT_NEAR(value(Measure::comprehensiveness, text), 0.09 + 0.07, 1e-15);
  EXPECT_NEAR(value(Measure::sufficiency, text), 0.30 - 0.16, 1e-15);
  EXPECT_NEAR(value(Measure::log_odds, text), std::log(0.40 - 0.16) - std::log(0.40), 1e-15);
  EXPECT_NEAR(value(Measure::comprehensiveness, text, {.top = 0.3}), 0.09 + 0.07 + 0.05, 1e-15);
}

TEST(Measures, TooFewTokensForAFifth) {
  const ScoredText text = scored({9, 1});  // four tokens
  EXPECT_EQ(value(Measure::comprehensiveness, text), 0);
  EXPECT_EQ(value(Measure::sufficiency, text), 0);
  EXPECT_EQ(value(Measure::log_odds, text), 0);
}

TEST(Measures, SpecialTokensStandInTheirPlaceOfTheOrder) {
  ScoredText text = scored({1, 9, 2, 7, 3, 1, 2, 5});
  for (const std::size_t word : text.ordinary) text.scores[word] = -1;  // zeros of [CLS], [SEP] win
  EXPECT_EQ(value(Measure::comprehensiveness, text), 0);
  EXPECT_NEAR(value(Measure::sufficiency, text), 0.30, 1e-15);
}

TEST(Measures, AopcOverTenths) {
  const ScoredText text = scored({4, 1, 3, 2});
  // Tenths of four words: 0 0 1 2 2 2 3 3 4 4, each set once, the empty one left out.
  const double removed = (0.04 + 0.07 + 0.09 + 0.10) / 4;
  EXPECT_NEAR(value(Measure::aopc_comprehensiveness, text), removed, 1e-15);
  EXPECT_NEAR(value(Measure::aopc_sufficiency, text), 0.10 - removed, 1e-15);
}

TEST(Measures, AopcOfPositiveScoresOnly) {
  ScoredText text = scored({4, 1, 3, 2});
  text.scores[1] = 0.04, text.scores[2] = -1, text.scores[3] = -1, text.scores[4] = 0;
  EXPECT_NEAR(value(Measure::aopc_comprehensiveness, text), 0.04, 1e-15);
  for (const std::size_t word : text.ordinary) text.scores[word] = -1;
  EXPECT_TRUE(std::isnan(value(Measure::aopc_comprehensiveness, text)));
}

TEST(Measures, CurvesFallAndRiseAsScoresSay) {
  const ScoredText text = scored({4, 1, 3, 2});
  const Reading deletion = read(Measure::deletion, text),
                insertion = read(Measure::insertion, text);
  ASSERT_EQ(deletion.curve.size(), 21U);
  EXPECT_NEAR(deletion.curve.front(), 0.2, 1e-15);
  EXPECT_NEAR(deletion.curve.back(), 0.1, 1e-15);
  EXPECT_NEAR(insertion.curve.front(), 0.1, 1e-15);
  EXPECT_NEAR(insertion.curve.back(), 0.2, 1e-15);
  for (std::size_t i = 0; i < 21; ++i) {  // what one takes away the other has
    EXPECT_NEAR(deletion.curve[i] + insertion.curve[i], 0.3, 1e-14);
  }
  EXPECT_NEAR(deletion.curve[10], 0.2 - 0.07, 1e-15);  // half of the words: the best two
  EXPECT_LT(deletion.value, 0.15);
  EXPECT_NEAR(deletion.value + insertion.value, 0.3, 1e-14);
}

TEST(Measures, LeaveOneOutAgreesWithTrueScores) {
  ScoredText text = scored({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(value(Measure::loo_correlation, text), 1);
  for (double& score : text.scores) score = -score;
  EXPECT_DOUBLE_EQ(value(Measure::loo_correlation, text), -1);
  EXPECT_TRUE(std::isnan(value(Measure::loo_correlation, scored({4}))));
}

TEST(Measures, InfidelityIsZeroForTrueScoresOfAnyScale) {
  ScoredText text = scored(eight);
  EXPECT_NEAR(value(Measure::infidelity, text), 0, 1e-30);
  for (double& score : text.scores) score *= 17;
  EXPECT_NEAR(value(Measure::infidelity, text), 0, 1e-30);
  text.scores[2] = -1;
  EXPECT_GT(value(Measure::infidelity, text), 1e-5);
  // With no scores at all it is the mean square of what the sets change.
  for (double& score : text.scores) score = 0;
  EXPECT_GT(value(Measure::infidelity, text), 1e-3);
  text.baseline_ids.clear();
  EXPECT_TRUE(std::isnan(value(Measure::infidelity, text)));
  EXPECT_TRUE(std::isnan(value(Measure::log_odds, text)));
}

TEST(Measures, ATextIsAskedForOnce) {
  const ScoredText text = scored({4, 1, 3, 2});
  Probes probes;
  for (const Measure measure : all_measures) {
    (void)plan_measure(measure, text, {.subsets = 64}, probes);
  }
  for (std::size_t i = 0; i < probes.texts().size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(probes.texts()[i].ids, probes.texts()[j].ids);
  }
  EXPECT_LE(probes.texts().size(), 32U);  // subsets removed, subsets replaced
}

TEST(Measures, NothingIsLeftOfATextButItsFirstToken) {
  TokenInput text;
  text.ids = {4, 5};
  text.type_ids = {0, 1};
  const std::vector<std::size_t> both{0, 1};
  EXPECT_EQ(without(text, both).ids, Ids{4});
  EXPECT_EQ(without(text, std::vector<std::size_t>{0}).type_ids, Ids{1});
}

TEST(Measures, Names) {
  for (const Measure measure : all_measures) EXPECT_EQ(parse_measure(to_string(measure)), measure);
  EXPECT_THROW(parse_measure("comp"), UsageError);
}

}  // namespace
}  // namespace integrad
