// Models whose outputs are not one of several classes: several labels at once, values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

const std::vector<TextInput> texts{{"I love you, I like you", {}},
                                   {"Everything is so nice about you", "but the film is bad."}};

TEST(SeveralLabels, EachHasItsOwnSigmoidAndExplanation) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert-multilabel");
  Explainer explainer(classifier);
  ExplainOptions options;
  options.target = "all";
  options.n_steps = 50;
  const auto all = explainer.explain(texts, options);
  ASSERT_EQ(all.size(), 8U);
  for (const Explanation& e : all) {
    const auto target = static_cast<std::size_t>(e.target_id);
    EXPECT_NEAR(e.value, 1 / (1 + std::exp(-e.logits[target])), 1e-12);
    EXPECT_LT(std::abs(e.delta), 1e-5);
  }
}

TEST(SeveralLabels, PredictedAreThoseAboveTheThreshold) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert-multilabel");
  Explainer explainer(classifier);
  ExplainOptions options;
  options.n_steps = 2;
  const Prediction first = explainer.predict(texts).front();
  std::vector<double> sorted = first.probabilities;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  ASSERT_GT(sorted[1], sorted[2]);
  options.threshold = (sorted[1] + sorted[2]) / 2;  // two labels reach it
  const auto explanations = explainer.explain(std::span(texts).first(1), options);
  ASSERT_EQ(explanations.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(explanations[i].value, sorted[i], 1e-6);
    EXPECT_EQ(explanations[i].predicted_ids,
              (std::vector<Index>{explanations[0].target_id, explanations[1].target_id}));
  }
  EXPECT_EQ(explainer.predict(texts, options).front().predicted_ids, explanations[0].predicted_ids);
  options.threshold = 0.999999;  // none reaches it: the likeliest is explained, none is predicted
  const auto none = explainer.explain(std::span(texts).first(1), options);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_TRUE(none[0].predicted_ids.empty());
  EXPECT_EQ(none[0].target_id, none[0].predicted_id);
  options.threshold = 1.5;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
}

TEST(SeveralLabels, AThresholdNeedsThem) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer(classifier);
  ExplainOptions options;
  options.threshold = 0.5;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
  EXPECT_THROW(explainer.predict(texts, options), UsageError);
  EXPECT_FALSE(explainer.settings({}).threshold);
}

TEST(Regression, ExplainsTheValue) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert-regression");
  Explainer explainer(classifier);
  ExplainOptions value, logit;
  value.n_steps = logit.n_steps = 50;
  logit.score = Score::logit;
  const auto values = explainer.explain(texts, value), logits = explainer.explain(texts, logit);
  EXPECT_EQ(values, logits);
  for (const Explanation& e : values) {
    EXPECT_EQ(e.value, e.logits[0]);
    EXPECT_EQ(e.probabilities, e.logits);
    EXPECT_LT(std::abs(e.delta), 1e-5);
  }
  EXPECT_EQ(explainer.settings({}).score, "logit");
  logit.score = Score::log_odds;
  EXPECT_THROW(explainer.explain(texts, logit), UsageError);
}

}  // namespace
}  // namespace integrad
