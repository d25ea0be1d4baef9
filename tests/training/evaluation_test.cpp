#include "integrad/training/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace integrad {
namespace {

TEST(Evaluation, SingleLabel) {
  Evaluation evaluation(Problem::single_label, {"bad", "good"});
  const double three = std::log(3.0);  // probability 0.75
  evaluation.add(std::vector{three, 0.0}, {0});
  evaluation.add(std::vector{three, 0.0}, {0});
  evaluation.add(std::vector{three, 0.0}, {1});
  evaluation.add(std::vector{0.0, three}, {1});
  const Metrics m = evaluation.metrics();
  EXPECT_EQ(m.texts, 4);
  EXPECT_EQ(m.accuracy, 0.75);
  EXPECT_NEAR(m.loss, (3 * -std::log(0.75) - std::log(0.25)) / 4, 1e-12);
  EXPECT_EQ(m.confusion, (std::vector<std::vector<Index>>{{2, 0}, {1, 1}}));
  EXPECT_NEAR(m.classes[0].precision, 2.0 / 3, 1e-12);
  EXPECT_EQ(m.classes[0].recall, 1);
  EXPECT_NEAR(m.classes[0].f1, 0.8, 1e-12);
  EXPECT_EQ(m.classes[1].precision, 1);
  EXPECT_EQ(m.classes[1].recall, 0.5);
  EXPECT_NEAR(m.macro_f1, (0.8 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(m.micro_f1, 0.75, 1e-12);
  EXPECT_NEAR(m.calibration_error, 0, 1e-12);  // surely 0.75, right 0.75 of the time
}

TEST(Evaluation, CalibrationOfAModelThatIsTooSure) {
  Evaluation evaluation(Problem::single_label, {"a", "b"});
  for (int i = 0; i < 10; ++i) evaluation.add(std::vector{20.0, 0.0}, {i < 6 ? 0.0 : 1.0});
  const Metrics m = evaluation.metrics();
  EXPECT_NEAR(m.calibration_error, 0.4, 1e-6);
  EXPECT_EQ(m.calibration.back().texts, 10);
}

TEST(Evaluation, SeveralLabels) {
  Evaluation evaluation(Problem::multi_label, {"a", "b", "c"});
  evaluation.add(std::vector{1.0, -1.0, 2.0}, {1, 0, 1});
  evaluation.add(std::vector{1.0, 1.0, -2.0}, {0, 1, 0});
  const Metrics m = evaluation.metrics();
  EXPECT_EQ(m.accuracy, 0.5);
  EXPECT_TRUE(m.confusion.empty());
  EXPECT_EQ(m.classes[0].precision, 0.5);
  EXPECT_NEAR(m.micro_f1, 2.0 * 3 / (4 + 3), 1e-12);
}

TEST(Evaluation, Values) {
  Evaluation evaluation(Problem::regression, {"score"});
  for (const double x : {1.0, 2.0, 3.0, 4.0}) evaluation.add(std::vector{x * x}, {x});
  const Metrics m = evaluation.metrics();
  EXPECT_NEAR(m.loss, (0 + 4 + 36 + 144) / 4.0, 1e-12);
  EXPECT_NEAR(m.mean_absolute_error, (0 + 2 + 6 + 12) / 4.0, 1e-12);
  EXPECT_NEAR(m.spearman, 1, 1e-12);
}

TEST(Evaluation, RanksOfTies) {
  EXPECT_NEAR(spearman(std::vector{1.0, 2.0, 2.0, 3.0}, std::vector{1.0, 3.0, 3.0, 4.0}), 1, 1e-12);
  EXPECT_NEAR(spearman(std::vector{1.0, 2.0, 3.0}, std::vector{3.0, 2.0, 1.0}), -1, 1e-12);
  EXPECT_EQ(spearman(std::vector{1.0, 2.0}, std::vector{5.0, 5.0}), 0);
}

}  // namespace
}  // namespace integrad
