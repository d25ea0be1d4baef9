// Scores beside what people marked: by hand, and as scikit-learn has it.
#include "integrad/faithfulness/plausibility.h"

#include <gtest/gtest.h>

#include <cmath>

namespace integrad {
namespace {

using Marks = std::vector<bool>;

/// Special tokens at both ends, which never count.
ScoredText scored(std::vector<double> scores, Marks marked) {
  ScoredText text;
  for (std::size_t i = 0; i < scores.size(); ++i) text.ordinary.push_back(i + 1);
  scores.insert(scores.begin(), 100);
  scores.push_back(100);
  marked.insert(marked.begin(), false);
  marked.push_back(false);
  text.scores = std::move(scores);
  text.marked = std::move(marked);
  return text;
}

TEST(PrecisionRecall, AreaByHand) {
  // Marked first: precision 1 all the way.
  EXPECT_DOUBLE_EQ(area_under_precision_recall(std::vector{3.0, 2.0, 1.0}, {true, false, false}),
                   1);
  // Marked last of two: precision falls from 1 to 0 at recall 0, then rises to 1/2 at recall 1.
  EXPECT_DOUBLE_EQ(area_under_precision_recall(std::vector{2.0, 1.0}, {false, true}), 0.25);
  // First and third of four: (0, 1) (½, 1) (½, ½) (1, ⅔).
  EXPECT_DOUBLE_EQ(
      area_under_precision_recall(std::vector{4.0, 3.0, 2.0, 1.0}, {true, false, true, false}),
      0.5 + 0.5 * (0.5 + 2.0 / 3) / 2);
}

TEST(PrecisionRecall, EqualScoresAreOnePoint) {
  // From (0, 1) straight to (1, ⅓), in whatever order they stand.
  for (const Marks& marks : {Marks{true, false, false}, Marks{false, false, true}}) {
    EXPECT_DOUBLE_EQ(area_under_precision_recall(std::vector{5.0, 5.0, 5.0}, marks), 2.0 / 3);
  }
}

TEST(PrecisionRecall, NothingMarkedHasNoValue) {
  EXPECT_TRUE(std::isnan(area_under_precision_recall(std::vector{1.0, 2.0}, {false, false})));
  EXPECT_TRUE(std::isnan(overlap({true}, {false}).f1));
}

TEST(Plausibility, ChoosesAShareOfTheOrdinaryTokens) {
  const ScoredText text = scored({5, 4, 3, 2, -9}, {true, false, true, true, false});
  // Two of five: one hit; precision ½, recall ⅓.
  EXPECT_DOUBLE_EQ(plausibility(Measure::token_f1, text, 0.4), 0.4);
  EXPECT_DOUBLE_EQ(plausibility(Measure::token_iou, text, 0.4), 0.25);
  // At least one, at most all.
  EXPECT_DOUBLE_EQ(plausibility(Measure::token_f1, text, 0.01), 0.5);
  EXPECT_DOUBLE_EQ(plausibility(Measure::token_iou, text, 1), 0.6);
}

TEST(Plausibility, NoRationaleHasNoValue) {
  ScoredText text = scored({5, 4}, {true, false});
  text.marked.clear();
  for (const Measure measure : plausibility_measures) {
    EXPECT_TRUE(std::isnan(plausibility(measure, text, 0.2)));
  }
}

}  // namespace
}  // namespace integrad
