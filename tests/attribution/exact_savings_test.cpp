// Savings on and off give the same explanations, and so does any memory limit.
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

const std::vector<TextInput> texts{
    {"I love you, I like you", {}},
    {"This movie was terrible ... the worst acting I have ever seen!!!", {}},
    {"Everything is so nice about you", "but the film is bad, really."},
    {"a", {}},
};

std::vector<ExplanationResult> explain(Explainer& explainer, const ExplainOptions& options) {
  std::vector<ExplanationResult> results;
  explainer.explain(texts, options,
                    [&](ExplanationResult&& result) { results.push_back(std::move(result)); });
  return results;
}

/// Relative L2 distances of token scores and of full attributions, the larger.
double distance(const ExplanationResult& a, const ExplanationResult& b) {
  double difference = 0, norm = 1e-300, full_difference = 0, full_norm = 1e-300;
  for (std::size_t i = 0; i < b.explanation.tokens.size(); ++i) {
    const double exact = b.explanation.tokens[i].attribution;
    difference += std::pow(a.explanation.tokens[i].attribution - exact, 2);
    norm += exact * exact;
  }
  const Index size = b.full_attributions.rows() * b.full_attributions.columns();
  EXPECT_EQ(a.full_attributions.rows() * a.full_attributions.columns(), size);
  for (Index i = 0; i < size; ++i) {
    const double exact = b.full_attributions.data()[i];
    full_difference += std::pow(a.full_attributions.data()[i] - exact, 2);
    full_norm += exact * exact;
  }
  return std::sqrt(std::max(difference / norm, full_difference / full_norm));
}

/// In float32 with the pad baseline only: near zero vectors LayerNorm is so steep that both
/// explanations are as far from the exact one as from each other.
void compare(const std::string& model, const std::string& backend, bool full, double bound) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models" / model, backend);
  Explainer explainer(classifier, {.threads = 1});
  const std::string last_but_one = "layer." + std::to_string(classifier.config().blocks - 2);
  for (const std::string& layer : {std::string("word_embeddings"), std::string("embeddings"),
                                   std::string("layer.0"), last_but_one}) {
    std::vector<std::string> baselines{"pad"};
    // Without positions the first norm undoes the length of a word vector: from zero vectors, a
    // token's score is 1/40000 of the terms that it is a sum of.
    const bool cancels = layer == "word_embeddings" && classifier.config().positions == 0;
    if (backend == "reference" && !cancels) baselines.push_back("zero");
    for (const std::string& baseline : baselines) {
      for (const char* target : {"predicted", "all"}) {
        ExplainOptions options;
        options.layer = layer;
        options.baseline = baseline;
        options.target = target;
        options.n_steps = 5;
        options.full_attributions = full;
        const auto on = explain(explainer, options);
        options.exact_savings = false;
        const auto off = explain(explainer, options);
        ASSERT_EQ(on.size(), off.size());
        for (std::size_t i = 0; i < on.size(); ++i) {
          EXPECT_LT(distance(on[i], off[i]), bound)
              << model << " " << layer << " " << baseline << " " << target << " " << i;
        }
      }
    }
  }
}

class ExactSavings : public ::testing::TestWithParam<std::string> {};

TEST_P(ExactSavings, TokenScoresInDouble) { compare(GetParam(), "reference", false, 1e-12); }
/// Full attributions are handed over in float32: equal doubles round to neighbours.
TEST_P(ExactSavings, FullAttributionsInDouble) { compare(GetParam(), "reference", true, 1e-7); }
TEST_P(ExactSavings, InFloat) { compare(GetParam(), "cpu", false, 1e-5); }
TEST_P(ExactSavings, FullAttributionsInFloat) { compare(GetParam(), "cpu", true, 1e-5); }

INSTANTIATE_TEST_SUITE_P(Models, ExactSavings,
                         ::testing::Values("bert", "distilbert", "deberta-v3"));

TEST(SmallMemory, RunsBlocksTwiceWithTheSameBits) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Profile kept, again;
  Explainer roomy(classifier, {.threads = 1, .profile = &kept});
  Explainer small(classifier, {.threads = 1, .profile = &again});
  ExplainOptions options;
  options.internal_batch_size = 1;  // the same chunks under both limits
  options.full_attributions = true;
  const auto expected = explain(roomy, options);
  options.memory_limit = Index{448} << 10;  // holds fewer rows than traces are kept for
  const auto found = explain(small, options);
  // Forwards once more, that is half as much again; only the last block's needs no second one.
  EXPECT_GT(again[Room::products].operations, 1.25 * kept[Room::products].operations);
  EXPECT_LT(again[Room::products].operations, 1.5 * kept[Room::products].operations);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].explanation, expected[i].explanation);
    EXPECT_EQ(distance(found[i], expected[i]), 0);
  }
}

}  // namespace
}  // namespace integrad
