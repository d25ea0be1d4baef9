#include "integrad/render/layout.h"

#include <gtest/gtest.h>

#include "integrad/render/wording.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

std::string joined(const std::vector<Run>& runs) {
  std::string text;
  for (const Run& run : runs) {
    if (run.kind != Run::Kind::chip) text += run.text;
  }
  return text;
}

TEST(Layout, KeepsEveryByteAndEveryScore) {
  const ExplanationDocument document = example::document();
  for (const Explanation& e : document.explanations) {
    for (const auto granularity : {Granularity::token, Granularity::word, Granularity::sentence}) {
      const auto texts = lay_out(e, granularity);
      ASSERT_EQ(texts.size(), e.text_pair ? 2U : 1U);
      EXPECT_EQ(joined(texts[0]), e.text);
      if (e.text_pair) {
        EXPECT_EQ(joined(texts[1]), *e.text_pair);
      }
      double sum = 0;
      for (const auto& runs : texts) {
        for (const auto& run : runs) sum += run.attribution;
      }
      EXPECT_NEAR(sum, sum_of_attributions(e), 1e-15) << e.text;
    }
  }
}

TEST(Layout, TokensOfOneCharacterBecomeOneRun) {
  Explanation e;
  e.text = "a 🙂!";
  e.tokens = {{.token = "a", .start = 0, .end = 1, .word = {}, .attribution = 0.5},
              {.token = "ð", .start = 2, .end = 6, .word = {}, .attribution = 0.25},
              {.token = "Ł", .start = 2, .end = 6, .word = {}, .attribution = -0.125},
              {.token = "x", .start = 4, .end = 6, .word = {}, .attribution = 0.125},
              {.token = "!", .start = 6, .end = 7, .word = {}, .attribution = 1}};
  const auto runs = lay_out(e, Granularity::token)[0];
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_EQ(runs[2].text, "🙂");
  EXPECT_EQ(runs[2].attribution, 0.25);
  EXPECT_EQ(pieces_of(e, runs[2]), "ð Ł x");
  EXPECT_EQ(runs[3].level, colour_levels);
}

TEST(Layout, WidensToWholeCharacters) {
  Explanation e;
  e.text = "é";
  e.tokens = {{.token = "Ã", .start = 0, .end = 1, .word = {}, .attribution = 1},
              {.token = "©", .start = 1, .end = 2, .word = {}, .attribution = 2}};
  const auto runs = lay_out(e, Granularity::token)[0];
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].text, "é");
  EXPECT_EQ(runs[0].attribution, 3);
}

TEST(Layout, TokenWithoutCharactersIsAChip) {
  Explanation e;
  e.text = "ab";
  e.tokens = {{.token = "▁", .word = {}, .attribution = 0.5},
              {.token = "ab", .start = 0, .end = 2, .word = {}, .attribution = 0.25}};
  const auto runs = lay_out(e, Granularity::token)[0];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].kind, integrad::Run::Kind::chip);
  EXPECT_EQ(runs[0].text, "▁");
}

TEST(Layout, StrongestComeFirst) {
  const Explanation e = example::love();
  const auto strongest = strongest_runs(lay_out(e, Granularity::word), 2);
  ASSERT_EQ(strongest.size(), 2U);
  EXPECT_EQ(strongest[0].text, "love");
  EXPECT_EQ(strongest[1].text, "like");
}

TEST(Wording, Numbers) {
  EXPECT_EQ(number_text(-0.08), "−0.0800");
  EXPECT_EQ(number_text(2.1e-5), "2.1e-05");
  EXPECT_EQ(number_text(-0.0), "0");
  EXPECT_EQ(signed_number_text(0.5), "+0.5000");
  EXPECT_EQ(signed_number_text(-0.5), "−0.5000");
}

TEST(Wording, CompletenessOfTheExample) {
  Explanation e;
  e.tokens = {{.token = "a", .word = {}, .attribution = 0.8661}};
  e.value = 0.9463;
  e.baseline_value = 0.08;
  e.delta = 2e-6;
  EXPECT_EQ(completeness_text(e), "Σ attributions 0.8661 = F(x) 0.9463 − F(x') 0.0800, gap 2e-06");
  e.baseline_value = -0.08;
  EXPECT_EQ(completeness_text(e),
            "Σ attributions 0.8661 = F(x) 0.9463 − F(x') (−0.0800), gap 2e-06");
}

TEST(Wording, NobodyIsToldThatScoresAddUpWhereTheyDoNot) {
  Explanation e;
  e.tokens = {{.token = "a", .word = {}, .attribution = 0.5}};
  e.value = 0.75;
  e.algorithm = Algorithm::gradient_shap;
  EXPECT_EQ(completeness_text(e), "Σ attributions 0.5000 = F(x) 0.7500 − F(x') 0, gap 0");
  e.algorithm = Algorithm::occlusion;
  EXPECT_EQ(completeness_text(e),
            "occlusion: Σ attributions 0.5000, which need not be F(x) 0.7500 − F(x') 0");
  e.algorithm = Algorithm::saliency;
  EXPECT_EQ(completeness_text(e),
            "saliency: scores say how much a word matters, not which way, and add up to nothing");
}

TEST(Wording, RegressionHasNoPercentage) {
  Explanation e;
  e.probabilities = e.logits = {3.25};
  EXPECT_EQ(probability_text(e, 0), "3.2500");
  e.probabilities = {0.9625};
  EXPECT_EQ(probability_text(e, 0), "96.2 %");
  EXPECT_EQ(probability_text(e, 1), "");
}

}  // namespace
}  // namespace integrad
