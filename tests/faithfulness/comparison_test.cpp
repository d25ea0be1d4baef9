#include "integrad/faithfulness/comparison.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

TEST(Candidates, AreAlgorithmsTimesBaselinesWhereThereAreSuch) {
  const std::vector<Algorithm> algorithms{Algorithm::integrated_gradients, Algorithm::saliency,
                                          Algorithm::occlusion};
  std::string found;
  for (const Candidate& one : candidates(algorithms, "mask,pad")) {
    found += std::string(to_string(one.algorithm)) + " " + one.baseline + "; ";
  }
  EXPECT_EQ(found,
            "integrated_gradients mask; integrated_gradients pad; saliency mask; occlusion mask; "
            "occlusion pad; ");
  const std::vector<Algorithm> twice(2, Algorithm::saliency);
  EXPECT_THROW(candidates(twice, "pad"), UsageError);
  EXPECT_THROW(candidates(algorithms, "pad,pad"), UsageError);
}

class Comparing : public ::testing::Test {
 protected:
  TextClassifier classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer{classifier};
  const std::vector<TextInput> texts{
      {"the cat sat on the mat", {}}, {"a film that i love", {}}, {"not so good", {}}};
};

TEST_F(Comparing, GivesWhatEachAlgorithmGivesAlone) {
  ExplainOptions shared;
  shared.method = Quadrature::automatic;
  FaithfulnessOptions options;
  options.measures = {Measure::comprehensiveness, Measure::infidelity};
  const std::vector<Algorithm> algorithms{Algorithm::integrated_gradients, Algorithm::saliency};
  const auto ways = candidates(algorithms, "pad,mask");
  std::vector<std::vector<Explanation>> seen(ways.size());
  double last = 0;
  const auto summaries = compare_explanations(
      explainer, {texts}, ways, shared, options,
      [&](double share, Index) {
        EXPECT_GE(share, last);
        last = share;
      },
      [&](std::size_t way, Index text, Explanation&& explanation) {
        EXPECT_EQ(text, static_cast<Index>(seen[way].size()));
        seen[way].push_back(std::move(explanation));
      });
  EXPECT_EQ(last, 1);
  ASSERT_EQ(summaries.size(), 3U);
  FaithfulnessTest test(explainer, options);
  for (std::size_t w = 0; w < ways.size(); ++w) {
    ExplainOptions alone;
    alone.algorithm = ways[w].algorithm;
    alone.baseline = ways[w].baseline;
    if (w < 2) alone.method = Quadrature::automatic;
    const auto explanations = explainer.explain(texts, alone);
    const auto expected = test.measure(explanations, alone);
    double evaluations = 0, comprehensiveness = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(seen[w][i], explanations[i]);
      evaluations += static_cast<double>(explanations[i].evaluations) / 3;
      comprehensiveness += expected[i].of_scores[0].value / 3;
    }
    EXPECT_NEAR(summaries[w].evaluations, evaluations, 1e-12);
    EXPECT_NEAR(summaries[w].measures[0].scores.mean, comprehensiveness, 1e-12);
    EXPECT_GT(summaries[w].seconds, 0);
  }
  // Infidelity depends on the baseline, and the second candidate has another.
  EXPECT_TRUE(summaries[0].over_first.empty());
  EXPECT_EQ(summaries[1].over_first[1].texts, 0);
  EXPECT_EQ(summaries[2].over_first[1].texts, 3);
}

TEST_F(Comparing, RefusesNothingAndSeveralTargets) {
  EXPECT_THROW(compare_explanations(explainer, {texts}, {}, {}, {}), UsageError);
  ExplainOptions all;
  all.target = "all";
  const std::vector<Candidate> one{{}};
  EXPECT_THROW(compare_explanations(explainer, {texts}, one, all, {}), UsageError);
}

}  // namespace
}  // namespace integrad
