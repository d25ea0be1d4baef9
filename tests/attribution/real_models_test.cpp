// Real reviews on the bundled model and, when the reference data is there, on a second one.
#include <gtest/gtest.h>

#include <cmath>

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

void compare(const std::filesystem::path& model, const std::filesystem::path& expected_file) {
  if (!std::filesystem::exists(expected_file)) GTEST_SKIP() << "skipped: no reference data";
  nlohmann::json expected;
  std::ifstream(expected_file) >> expected;
  const auto classifier = TextClassifier::load(model);
  Explainer explainer(classifier);
  ExplainOptions options;
  options.max_length = expected["max_length"].get<Index>();
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
      double difference = 0, norm = 0;
      for (std::size_t t = 0; t < scores.size(); ++t) {
        difference += std::pow(e.tokens[t].attribution - scores[t], 2);
        norm += std::pow(scores[t], 2);
      }
      EXPECT_LE(std::sqrt(difference / norm), 1e-4) << review["file"] << " " << baseline;
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

}  // namespace
}  // namespace integrad
