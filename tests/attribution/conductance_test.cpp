// Layer conductance: the integral where the path begins, completeness of every layer, agreement
// with finite differences, and one sweep for all.
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

double sum(const Explanation& e) {
  double total = 0;
  for (const auto& token : e.tokens) total += token.attribution;
  return total;
}

class Conductance : public ::testing::Test {
 protected:
  explicit Conductance(const char* model = "bert")
      : classifier(TextClassifier::load(testing::fixtures / "models" / model)) {}
  TextClassifier classifier;
  Explainer explainer{classifier};
  const TextInput text{"a film that I love, not so good", {}};
};

TEST_F(Conductance, BeginsWithIntegratedGradients) {
  ExplainOptions options;
  options.n_steps = 200;
  const auto layers = explainer.conductance(text, options);
  const auto integral = explainer.explain(text.text, options);
  EXPECT_EQ(layers.front().layer, "embeddings");
  EXPECT_EQ(layers.back().layer, "layer." + std::to_string(classifier.config().blocks - 2));
  ASSERT_EQ(static_cast<Index>(layers.size()), classifier.config().blocks);
  const Explanation& first = layers.front().explanation;
  EXPECT_EQ(first.target, integral.target);
  EXPECT_NEAR(first.value, integral.value, 1e-6);
  EXPECT_NEAR(first.baseline_value, integral.baseline_value, 1e-6);
  const double size = std::abs(integral.value - integral.baseline_value);
  for (std::size_t t = 0; t < first.tokens.size(); ++t) {
    EXPECT_NEAR(first.tokens[t].attribution, integral.tokens[t].attribution, 1e-3 * size);
  }
}

TEST_F(Conductance, EveryLayerAddsUpAndMorePointsHelp) {
  ExplainOptions coarse, fine;
  coarse.n_steps = 8;
  fine.n_steps = 128;
  const auto few = explainer.conductance(text, coarse), many = explainer.conductance(text, fine);
  EXPECT_EQ(few[0].explanation.evaluations, 9);
  for (std::size_t l = 0; l < many.size(); ++l) {
    const Explanation& e = many[l].explanation;
    const double size = std::abs(e.value - e.baseline_value);
    EXPECT_NEAR(sum(e) - (e.value - e.baseline_value), e.delta, 1e-12);
    EXPECT_LT(std::abs(e.delta), 2e-3 * size) << many[l].layer;
    EXPECT_LT(std::abs(e.delta), std::abs(few[l].explanation.delta) + 1e-6 * size);
  }
  // Behind a block even tokens that did not move carry something.
  EXPECT_EQ(many[0].explanation.tokens.front().attribution, 0.0);
  EXPECT_NE(many[1].explanation.tokens.front().attribution, 0.0);
}

TEST_F(Conductance, APathMayBeginAtALaterLayer) {
  ExplainOptions options;
  options.layer = "layer.0";
  options.n_steps = 200;
  const auto layers = explainer.conductance(text, options);
  EXPECT_EQ(layers.front().layer, "layer.0");
  ExplainOptions plain;
  plain.layer = "layer.0";
  plain.n_steps = 50;
  const auto integral = explainer.explain(text.text, plain);
  const double size = std::abs(integral.value - integral.baseline_value);
  for (std::size_t t = 0; t < integral.tokens.size(); ++t) {
    EXPECT_NEAR(layers.front().explanation.tokens[t].attribution, integral.tokens[t].attribution,
                1e-3 * size);
  }
}

TEST_F(Conductance, ChunksAndMemoryChangeNothing) {
  ExplainOptions options, small;
  options.n_steps = small.n_steps = 20;
  small.internal_batch_size = 3;
  const auto whole = explainer.conductance(text, options);
  const auto parts = explainer.conductance(text, small);
  for (std::size_t l = 0; l < whole.size(); ++l) {
    EXPECT_EQ(whole[l].explanation, parts[l].explanation);
  }
}

TEST_F(Conductance, RefusesWhatIsNotOnePath) {
  ExplainOptions options;
  options.baseline = "pad,mask";
  EXPECT_THROW(explainer.conductance(text, options), UsageError);
  options = {};
  options.algorithm = Algorithm::saliency;
  EXPECT_THROW(explainer.conductance(text, options), UsageError);
  options = {};
  options.method = Quadrature::automatic;
  EXPECT_THROW(explainer.conductance(text, options), UsageError);
  options = {};
  options.tolerance = 1e-3;
  EXPECT_THROW(explainer.conductance(text, options), UsageError);
  options = {};
  options.long_texts = LongTexts::windows;
  options.window = 6;
  EXPECT_THROW(explainer.conductance(text, options), UsageError);
}

TEST(ConductanceOfSeveralLabels, IsOfTheLikeliestAndNotOfAThreshold) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert-multilabel");
  Explainer explainer(classifier);
  ExplainOptions options;
  const auto layers = explainer.conductance({"a film", {}}, options);
  EXPECT_EQ(layers.front().explanation.target_id, layers.front().explanation.predicted_id);
  options.threshold = 0.9999;  // no label reaches it
  EXPECT_THROW(explainer.conductance({"a film", {}}, options), UsageError);
}

/// Families with a projection in front, shared layers, a mean as summary.
TEST(ConductanceOfFamilies, EveryLayerAddsUp) {
  for (const auto& entry : std::filesystem::directory_iterator(testing::fixtures / "models")) {
    const std::string model = entry.path().filename().string();
    if (!std::filesystem::exists(entry.path() / "config.json")) continue;
    const auto classifier = TextClassifier::load(entry.path());
    Explainer explainer(classifier);
    for (const char* layer : {"word_embeddings", "embeddings"}) {
      ExplainOptions options;
      options.layer = layer;
      options.n_steps = 60;
      const auto layers = explainer.conductance({"a film that I love", {}}, options);
      EXPECT_GE(layers.size(), 1U) << model;
      for (const LayerExplanation& one : layers) {
        const Explanation& e = one.explanation;
        // Heads with a ReLU have slopes that jump: their gap falls with the number of steps only.
        EXPECT_LT(std::abs(e.delta), 5e-2 * std::abs(e.value - e.baseline_value) + 1e-6)
            << model << " " << layer << " " << one.layer;
      }
    }
  }
}

}  // namespace
}  // namespace integrad
