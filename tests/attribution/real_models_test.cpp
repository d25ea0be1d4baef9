// Real reviews on the bundled model and, when the reference data is there, on a second one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

const std::filesystem::path reference_data = INTEGRAD_REFERENCE_DATA;
const std::filesystem::path bundled = std::filesystem::path(INTEGRAD_MODELS) / "imdb-minilm";

/// Explaining is the slow part: a few of the reviews, with both baselines; all are predicted.
constexpr Index reviews_explained = 4;

double attribution_of(const Explanation& e, const std::string& word) {
  double total = 0;
  for (const auto& span : e.words) {
    if (span.text == word) total += span.attribution;
  }
  return total;
}

TEST(BundledModel, TheExampleSentences) {
  const auto classifier = TextClassifier::load(bundled);
  Explainer explainer(classifier);
  const Explanation first = explainer.explain("I love you, I like you");
  EXPECT_EQ(first.predicted, "POSITIVE");
  EXPECT_NEAR(first.value, 0.946, 5e-4);
  const Explanation second =
      explainer.explain("I love you, I like you, but I also kind of dislike you");
  EXPECT_EQ(second.predicted, "NEGATIVE");
  EXPECT_NEAR(second.value, 0.512, 5e-4);
  EXPECT_NEAR(attribution_of(second, "dislike"), 0.35, 5e-3);
  EXPECT_NEAR(attribution_of(second, "love"), -0.16, 5e-3);
  const Explanation third = explainer.explain("Everything is so nice about you");
  EXPECT_EQ(third.predicted, "POSITIVE");
  EXPECT_NEAR(third.value, 0.975, 5e-4);
}

/// Relative L2 distance of token scores.
double relative_error(const Explanation& e, const std::vector<double>& scores) {
  double difference = 0, norm = 0;
  for (std::size_t t = 0; t < scores.size(); ++t) {
    difference += std::pow(e.tokens[t].attribution - scores[t], 2);
    norm += std::pow(scores[t], 2);
  }
  return std::sqrt(difference / norm);
}

/// The fifth of the tokens with the largest scores.
std::set<std::size_t> strongest(const std::vector<double>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const auto count = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, scores.size() / 5));
  return {order.begin(), order.begin() + count};
}

nlohmann::json read(const std::filesystem::path& file) {
  nlohmann::json content;
  std::ifstream(file) >> content;
  return content;
}

void compare(const std::filesystem::path& model, const std::filesystem::path& expected_file) {
  if (!std::filesystem::exists(expected_file)) GTEST_SKIP() << "skipped: no reference data";
  const nlohmann::json expected = read(expected_file);
  const auto classifier = TextClassifier::load(model);
  Explainer explainer(classifier);
  ExplainOptions options;
  options.max_length = expected["max_length"].get<Index>();
  options.n_steps = 50;
  std::vector<TextInput> texts;
  for (const auto& review : expected["reviews"]) {
    if (review.contains("text")) texts.push_back({review["text"].get<std::string>(), {}});
  }
  const auto predictions = explainer.predict(texts, options);
  Index explained = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& review = expected["reviews"][i];
    EXPECT_EQ(predictions[i].predicted_id, review["predicted"].get<Index>());
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_NEAR(predictions[i].logits[c], review["logits"][c].get<double>(), 1e-4);
    }
    if (static_cast<Index>(i) >= reviews_explained) continue;
    for (const char* baseline : {"pad", "mask"}) {
      options.baseline = baseline;
      const Explanation e = explainer.explain(texts[i].text, options);
      const auto scores = review[baseline]["scores"].get<std::vector<double>>();
      ASSERT_EQ(scores.size(), e.tokens.size());
      EXPECT_LE(relative_error(e, scores), 1e-4) << review["file"] << " " << baseline;
      ++explained;
    }
  }
  EXPECT_EQ(explained, 2 * reviews_explained);
}

TEST(RealModels, BundledModelOnReviews) {
  compare(bundled, testing::fixtures / "real/imdb-minilm.json");
}

TEST(RealModels, FullVocabularyModelOnReviews) {
  compare(reference_data / "models/minilm-l6-imdb",
          reference_data / "models/minilm-l6-imdb/expected.json");
}

/// Against float64, over both baselines of the reviews explained: half of the explanations within
/// 1e-2, 98 % of the strongest tokens the same, every label equal.
TEST(RealModels, Bf16OnReviews) {
  const nlohmann::json expected = read(testing::fixtures / "real/imdb-minilm.json");
  const auto classifier = TextClassifier::load(bundled);
  Explainer explainer(classifier, {.precision = Precision::bf16});
  ExplainOptions options;
  options.max_length = expected["max_length"].get<Index>();
  options.n_steps = 50;
  EXPECT_EQ(explainer.settings(options).precision, "bf16");
  std::vector<double> errors;
  std::size_t kept = 0, all = 0;
  for (std::size_t i = 0; i < reviews_explained; ++i) {
    const auto& review = expected["reviews"][i];
    for (const char* baseline : {"pad", "mask"}) {
      options.baseline = baseline;
      const Explanation e = explainer.explain(review["text"].get<std::string>(), options);
      EXPECT_EQ(e.predicted_id, review["predicted"].get<Index>());
      const auto scores = review[baseline]["scores"].get<std::vector<double>>();
      std::vector<double> ours;
      for (const auto& token : e.tokens) ours.push_back(token.attribution);
      errors.push_back(relative_error(e, scores));
      for (const std::size_t token : strongest(scores)) kept += strongest(ours).count(token);
      all += strongest(scores).size();
    }
  }
  std::sort(errors.begin(), errors.end());
  EXPECT_LE(errors[errors.size() / 2], 1e-2);
  EXPECT_LE(errors.back(), 3e-2);
  EXPECT_GT(errors.front(), 1e-4) << "these are not bf16 products";
  EXPECT_GE(static_cast<double>(kept), 0.98 * static_cast<double>(all));
}

}  // namespace
}  // namespace integrad
