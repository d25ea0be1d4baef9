#include "integrad/attribution/several_baselines.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/baseline.h"
#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

using Names = std::vector<std::string>;

TEST(SplitBaselines, KeepsTheCommasOfTextsAndIds) {
  EXPECT_EQ(split_baselines("pad"), Names{"pad"});
  EXPECT_EQ(split_baselines("pad,mask"), (Names{"pad", "mask"}));
  EXPECT_EQ(split_baselines("mask,ids:1,2,3"), (Names{"mask", "ids:1,2,3"}));
  EXPECT_EQ(split_baselines("text:well, well"), Names{"text:well, well"});
  EXPECT_EQ(split_baselines(""), Names{""});  // refused where it is parsed
  EXPECT_THROW(split_baselines("pad,mask,pad"), UsageError);
}

class SeveralBaselines : public ::testing::Test {
 protected:
  SeveralBaselines() { options.baseline = "pad,mask,zero"; }

  TextClassifier classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer{classifier};
  ExplainOptions options;
  const Names names{"pad", "mask", "zero"};
  const std::vector<TextInput> texts{
      {"the cat sat on the mat", {}}, {"a film that i love", "a book"}, {"", {}}};
};

TEST_F(SeveralBaselines, GiveTheMeanOfTheirExplanations) {
  options.target = "all";
  options.n_steps = 50;
  const auto together = explainer.explain(texts, options);
  std::vector<std::vector<Explanation>> alone;
  for (const std::string& name : names) {
    ExplainOptions one = options;
    one.baseline = name;
    alone.push_back(explainer.explain(texts, one));
  }
  ASSERT_EQ(together.size(), alone[0].size());
  for (std::size_t i = 0; i < together.size(); ++i) {
    const Explanation& mean = together[i];
    ASSERT_EQ(mean.baselines.size(), names.size());
    double sum = 0;
    for (std::size_t t = 0; t < mean.tokens.size(); ++t) {
      double expected = 0;
      for (std::size_t b = 0; b < names.size(); ++b) {
        const double of_one = alone[b][i].tokens[t].attribution;
        EXPECT_NEAR(mean.baselines[b].attributions[t], of_one, 1e-7);
        expected += of_one / static_cast<double>(names.size());
      }
      EXPECT_NEAR(mean.tokens[t].attribution, expected, 1e-7);
      sum += mean.tokens[t].attribution;
    }
    for (std::size_t b = 0; b < names.size(); ++b) {
      EXPECT_EQ(mean.baselines[b].baseline, names[b]);
      EXPECT_NEAR(mean.baselines[b].baseline_value, alone[b][i].baseline_value, 1e-7);
    }
    EXPECT_NEAR(mean.delta, sum - (mean.value - mean.baseline_value), 1e-12);
    EXPECT_EQ(mean.evaluations, 150);
    double of_words = 0, of_sentences = 0;
    for (const SpanAttribution& word : mean.words) of_words += word.attribution;
    for (const SpanAttribution& sentence : mean.sentences) of_sentences += sentence.attribution;
    EXPECT_NEAR(of_words, sum, 1e-12);
    EXPECT_NEAR(of_sentences, sum, 1e-12);
  }
  EXPECT_EQ(explainer.settings(options).baseline, "pad,mask,zero");
}

TEST_F(SeveralBaselines, HaveErrorsThatBoundTheMeans) {
  options.method = Quadrature::automatic;
  ExplainOptions fine = options;
  fine.method = Quadrature::gausslegendre;
  fine.n_steps = 200;
  const auto found = explainer.explain(std::span(texts).first(2), options);
  const auto exact = explainer.explain(std::span(texts).first(2), fine);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(found[i].converged);
    ASSERT_TRUE(found[i].relative_error.has_value());
    double difference = 0, size = 0;
    for (std::size_t t = 0; t < found[i].tokens.size(); ++t) {
      difference += std::pow(found[i].tokens[t].attribution - exact[i].tokens[t].attribution, 2);
      size += std::pow(exact[i].tokens[t].attribution, 2);
    }
    EXPECT_LE(std::sqrt(difference / size), *found[i].relative_error);
    EXPECT_LE(*found[i].relative_error, 0.1);
  }
}

TEST_F(SeveralBaselines, OneOfThemIsAsEver) {
  options.baseline = "mask";
  options.n_steps = 50;
  const auto found = explainer.explain(std::span(texts).first(1), options);
  EXPECT_TRUE(found[0].baselines.empty());
  EXPECT_EQ(found[0].evaluations, 50);
}

TEST_F(SeveralBaselines, WhatCannotBeDoneIsRefused) {
  const auto refused = [&](const std::string& baselines, bool full) {
    ExplainOptions changed = options;
    changed.baseline = baselines;
    changed.full_attributions = full;
    EXPECT_THROW(explainer.explain("the cat", changed), UsageError) << baselines;
  };
  refused("pad,mask", true);
  refused("pad,pad", false);
  refused("pad,", false);
  refused("pad,nonsense", false);
  TokenInput own;
  own.ids = {2, 7, 8, 3};
  own.baseline_ids = {2, 0, 0, 3};
  EXPECT_THROW(explainer.explain_ids({&own, 1}, options, [](ExplanationResult&&) {}), UsageError);
}

}  // namespace
}  // namespace integrad
