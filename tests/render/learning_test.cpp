#include "integrad/render/learning.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/render/example.h"
#include "tests/render/search.h"

namespace integrad {
namespace {

LearningCurves falling(Index steps) {
  LearningCurves curves;
  for (Index i = 1; i <= steps; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(steps);
    curves.training.push_back({i, 1 - 0.8 * part, 0.5 + 0.5 * part});
  }
  curves.evaluations = {{steps / 2, 0.5, 0.8}, {steps, 0.3, 0.9}};
  return curves;
}

TEST(LearningCurves, ShowsBothAndStaysSmall) {
  const std::string svg = render_curves_svg(falling(200));
  EXPECT_TRUE(contains(svg, ">loss<"));
  EXPECT_TRUE(contains(svg, ">accuracy<"));
  EXPECT_TRUE(contains(svg, "step 100: 0.5000"));
  EXPECT_EQ(count(svg, "class=\"batch\""), 400U);
  EXPECT_EQ(count(svg, "class=\"evaluation\""), 4U);
  EXPECT_LT(render_curves_svg(falling(100000)).size(), 200000U);
  EXPECT_FALSE(contains(svg, "-0.0<"));
}

TEST(LearningCurves, ValuesHaveNoAccuracy) {
  LearningCurves curves = falling(20);
  curves.has_accuracy = false;
  EXPECT_FALSE(contains(render_curves_svg(curves), ">accuracy<"));
}

TEST(LearningCurves, NothingAndNoNumbers) {
  LearningCurves curves;
  EXPECT_TRUE(contains(render_curves_svg(curves), "</svg>"));
  curves.training = {{1, NAN, 0.5}, {2, INFINITY, NAN}, {3, 0, 0}};
  const std::string svg = render_curves_svg(curves);
  EXPECT_FALSE(contains(svg, "nan"));
  EXPECT_FALSE(contains(svg, "inf"));
}

std::vector<WatchedStep> steps_of(const Explanation& explanation, Index count) {
  std::vector<WatchedStep> steps;
  for (Index i = 1; i <= count; ++i) {
    WatchedStep step{10 * i, explanation};
    for (auto& word : step.explanation.words) word.attribution *= static_cast<double>(i);
    steps.push_back(step);
  }
  return steps;
}

TEST(WatchedTable, WordsDownStepsAcross) {
  const Explanation love = example::love();
  const ModelCard model{"folder", "bert", {"NEGATIVE", "POSITIVE"}, ""};
  const std::string html = watched_table_html(steps_of(love, 3), model);
  EXPECT_EQ(count(html, "scope=\"col\""), 3U);
  EXPECT_EQ(count(html, "<tr><th scope=\"row\">"), 2 + 7U);  // special tokens are no words
  EXPECT_EQ(count(html, "<td class=\"w"), 3 * 7U);
  EXPECT_EQ(count(html, " p20\""), 1U);  // one scale for all steps: the largest is in the last
  EXPECT_EQ(watched_table_html({}, model), "");
}

TEST(WatchedTable, OfManyStepsTheFirstAndTheLastAreShown) {
  const std::string html = watched_table_html(steps_of(example::love(), 500), ModelCard{});
  EXPECT_EQ(count(html, "scope=\"col\""), 24U);
  EXPECT_TRUE(contains(html, ">10</th>"));
  EXPECT_TRUE(contains(html, ">5000</th>"));
}

TEST(WatchedTable, TextsCannotLeaveTheirPlace) {
  const std::string html = watched_table_html(steps_of(example::hostile(), 2), ModelCard{});
  EXPECT_FALSE(contains(html, "<script"));
  EXPECT_FALSE(contains(html, "<img"));
  EXPECT_TRUE(contains(html, "&lt;"));
}

}  // namespace
}  // namespace integrad
