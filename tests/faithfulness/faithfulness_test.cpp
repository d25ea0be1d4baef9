// Faithfulness of real explanations: the bundled model.
#include "integrad/faithfulness/faithfulness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "integrad/attribution/score.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

class FaithfulnessOfTheBundledModel : public ::testing::Test {
 protected:
  static std::size_t index(Measure measure) { return static_cast<std::size_t>(measure); }

  TextClassifier classifier = TextClassifier::load(INTEGRAD_MODELS "/imdb-minilm");
  Explainer explainer{classifier};
  ExplainOptions made_with;
  const std::vector<TextInput> texts{
      {"I love you, I like you, but I also kind of dislike you", {}},
      {"best movie i've ever seen nothing bad to say about it", {}},
      {"A dull, endless film; only the music is nice. I would not see it again!", {}},
      {"What a waste of time, the worst actors of the year in a boring story.", {}}};
};

TEST_F(FaithfulnessOfTheBundledModel, ComprehensivenessByHand) {
  const auto explanations = explainer.explain(std::span(texts).first(1), made_with);
  FaithfulnessTest test(explainer, {});
  const auto found = test.measure(explanations, made_with);
  const Explanation& e = explanations.front();
  std::vector<std::size_t> order(e.tokens.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return e.tokens[a].attribution > e.tokens[b].attribution;
  });
  ASSERT_EQ(e.tokens.size(), 17U);  // a fifth are three
  TokenInput whole, rest;
  for (std::size_t i = 0; i < e.tokens.size(); ++i) {
    whole.ids.push_back(e.tokens[i].id);
    if (std::find(order.begin(), order.begin() + 3, i) == order.begin() + 3) {
      rest.ids.push_back(e.tokens[i].id);
    }
  }
  const std::vector<TokenInput> both{whole, rest};
  const Matrix<double> logits = explainer.logits(both);
  const auto p = [&](Index row) {
    return probabilities_of({logits.row(row), 2},
                            Link::softmax)[static_cast<std::size_t>(e.target_id)];
  };
  EXPECT_NEAR(found[0].of_scores[index(Measure::comprehensiveness)].value, p(0) - p(1), 1e-6);
  EXPECT_NEAR(p(0), e.value, 1e-6);
}

TEST_F(FaithfulnessOfTheBundledModel, ScoresBeatTheirRandomOrder) {
  made_with.baseline = "mask";
  const auto explanations = explainer.explain(texts, made_with);
  FaithfulnessTest test(explainer, {});
  const auto summaries =
      summarize(test.measure(explanations, made_with), test.options().measures, 1);
  ASSERT_EQ(summaries.size(), usual_measures.size());
  for (const MeasureSummary& s : summaries) {
    EXPECT_GT(s.gain.mean, 0) << to_string(s.measure);
    EXPECT_LE(s.scores.low, s.scores.mean);
    EXPECT_GE(s.scores.high, s.scores.mean);
    const bool is_area = s.measure == Measure::deletion || s.measure == Measure::insertion;
    EXPECT_EQ(s.curve.size(), is_area ? 21U : 0U);
    EXPECT_EQ(s.control_curve.size(), s.curve.size());
  }
}

TEST_F(FaithfulnessOfTheBundledModel, NeighboursDoNotMatter) {
  const auto explanations = explainer.explain(texts, made_with);
  FaithfulnessTest test(explainer, {});
  const auto together = test.measure(explanations, made_with);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = test.measure(std::span(explanations).subspan(i, 1), made_with);
    for (std::size_t m = 0; m < usual_measures.size(); ++m) {
      EXPECT_NEAR(alone[0].of_scores[m].value, together[i].of_scores[m].value, 1e-5);
      EXPECT_NEAR(alone[0].of_control[m].value, together[i].of_control[m].value, 1e-5);
    }
  }
}

TEST_F(FaithfulnessOfTheBundledModel, TextsWithoutWords) {
  const std::vector<TextInput> empty{{"", {}}};
  const auto explanations = explainer.explain(empty, made_with);
  FaithfulnessTest test(explainer, {});
  const auto found = test.measure(explanations, made_with);
  EXPECT_EQ(found[0].of_scores[index(Measure::comprehensiveness)].value, 0);
  EXPECT_TRUE(std::isnan(found[0].of_scores[index(Measure::loo_correlation)].value));
  EXPECT_TRUE(std::isnan(found[0].of_scores[index(Measure::infidelity)].value));
}

TEST_F(FaithfulnessOfTheBundledModel, AZeroBaselineHasNoTokensToPutIn) {
  made_with.baseline = "zero";
  const auto explanations = explainer.explain(std::span(texts).first(1), made_with);
  const auto found = FaithfulnessTest(explainer, {}).measure(explanations, made_with);
  EXPECT_TRUE(std::isnan(found[0].of_scores[index(Measure::log_odds)].value));
  EXPECT_FALSE(std::isnan(found[0].of_scores[index(Measure::deletion)].value));
}

TEST_F(FaithfulnessOfTheBundledModel, MaxSensitivityByHand) {
  const std::vector<TextInput> two{{"not a good film", {}}, {"I love it", {}}};
  ExplainOptions few;
  few.n_steps = 6;
  const auto explanations = explainer.explain(two, few);
  FaithfulnessOptions options;
  options.measures = {Measure::max_sensitivity};
  options.radius = 0.05;
  options.perturbations = 3;
  options.seed = 11;
  const auto found = FaithfulnessTest(explainer, options).measure(explanations, few);
  for (std::size_t i = 0; i < two.size(); ++i) {
    double largest = 0;
    for (std::uint64_t seed = 11; seed < 14; ++seed) {
      ExplainOptions beside = few;
      beside.target = explanations[i].target;
      beside.perturbation = Perturbation{0.05, seed};
      const Explanation moved = explainer.explain(two[i].text, beside);
      double difference = 0, size = 0;
      for (std::size_t t = 0; t < moved.tokens.size(); ++t) {
        const double score = explanations[i].tokens[t].attribution;
        difference += std::pow(moved.tokens[t].attribution - score, 2);
        size += score * score;
      }
      largest = std::max(largest, std::sqrt(difference / size));
    }
    EXPECT_GT(largest, 0.001);
    EXPECT_NEAR(found[i].of_scores[0].value, largest, 1e-6);
    EXPECT_TRUE(std::isnan(found[i].of_control[0].value));
  }
  options.radius = 1e-9;
  const auto still = FaithfulnessTest(explainer, options).measure(explanations, few);
  EXPECT_LT(still[0].of_scores[0].value, 1e-4);
  options.radius = 0;
  EXPECT_THROW(FaithfulnessTest(explainer, options), UsageError);
}

TEST_F(FaithfulnessOfTheBundledModel, WhatCannotBeMeasuredIsRefused) {
  const auto refused = [&](const auto& change) {
    FaithfulnessOptions options;
    change(options);
    EXPECT_THROW(FaithfulnessTest(explainer, options), UsageError);
  };
  refused([](auto& o) { o.top = 0; });
  refused([](auto& o) { o.top = NAN; });
  refused([](auto& o) { o.subsets = 0; });
  refused([](auto& o) { o.measures.clear(); });
  refused([](auto& o) { o.replacement = "zero"; });
  refused([](auto& o) { o.replacement = "nonsense"; });

  ExplainOptions in_windows = made_with;
  in_windows.long_texts = LongTexts::windows;
  in_windows.window = 12;
  const auto windows = explainer.explain(std::span(texts).first(1), in_windows);
  EXPECT_THROW(FaithfulnessTest(explainer, {}).measure(windows, in_windows), UsageError);

  const auto regression = TextClassifier::load(testing::fixtures / "models/bert-regression");
  Explainer of_regression(regression);
  EXPECT_THROW(FaithfulnessTest(of_regression, {}), UsageError);
}

TEST(Faithfulness, PairsOfTextsKeepTheirTypes) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer(classifier);
  const std::vector<TextInput> pairs{{"the cat sat on the mat", "the dog did not sit"}};
  const ExplainOptions made_with;
  const auto explanations = explainer.explain(pairs, made_with);
  const auto found = FaithfulnessTest(explainer, {}).measure(explanations, made_with);
  const Reading& deletion = found[0].of_scores[static_cast<std::size_t>(Measure::deletion)];
  EXPECT_NEAR(deletion.curve.front(), explanations[0].value, 1e-5);
}

}  // namespace
}  // namespace integrad
