#include "integrad/render/comparison.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/render/example.h"

namespace integrad {
namespace {

Comparison comparison() {
  Comparison comparison;
  MeasureSummary drop;
  drop.measure = Measure::comprehensiveness;
  drop.scores = {0.5, 0.5, 0.5, 1};
  drop.control = {0.125, 0.125, 0.125, 1};
  MeasureSummary none;
  none.measure = Measure::infidelity;
  none.scores.mean = none.control.mean = std::numeric_limits<double>::quiet_NaN();
  comparison.report.texts = 1;
  comparison.report.sections = {
      {Algorithm::integrated_gradients, "pad", {drop, none}, {}, 50, 0.012},
      {Algorithm::saliency, "pad", {drop, none}, {{}, {}}, 1, 0.0004}};
  Explanation first = example::love(), second = example::love();
  second.algorithm = Algorithm::saliency;
  for (TokenAttribution& token : second.tokens) token.attribution = 0;
  for (SpanAttribution& word : second.words) word.attribution = 0;
  comparison.texts = {{first, second}};
  return comparison;
}

TEST(Comparison, TerminalWithoutColoursNamesTheStrongestWords) {
  TerminalOptions options;
  options.strongest = 2;
  const std::string text = render_comparison_terminal(comparison(), options);
  EXPECT_NE(text.find("\nintegrated_gradients  "), std::string::npos) << text;
  EXPECT_NE(text.find("\nsaliency              every attribution is 0\n"), std::string::npos)
      << text;
  const std::string table = text.substr(text.find("Cost and"));
  EXPECT_EQ(table, R"(Cost and faithfulness: a text, means of 1 text
                      evaluations    ms  comprehensiveness  infidelity
good is                                              large       small
integrated_gradients           50  12.0              0.500           -
saliency                        1   0.4              0.500           -
random order                                         0.125           -
)");
}

TEST(Comparison, TerminalWithColoursShowsTheTextOnceAWay) {
  TerminalOptions options;
  options.colours = ColourDepth::ansi256;
  const std::string text = render_comparison_terminal(comparison(), options);
  EXPECT_NE(text.find("\x1b[48;5;"), std::string::npos);
  EXPECT_EQ(text.find("every attribution"), std::string::npos);
}

TEST(Comparison, JsonHasAListAWay) {
  const auto json = nlohmann::json::parse(render_comparison_json(comparison()));
  ASSERT_EQ(json["candidates"].size(), 2U);
  EXPECT_EQ(json["candidates"][1]["algorithm"], "saliency");
  EXPECT_TRUE(json["candidates"][1]["measures"][1]["scores"]["mean"].is_null());
  const auto& text = json["explanations"][0];
  EXPECT_EQ(text["attributions"].size(), 2U);
  EXPECT_EQ(text["attributions"][0].size(), text["tokens"].size());
}

TEST(Comparison, PageIsEscaped) {
  Comparison dangerous = comparison();
  for (Explanation& e : dangerous.texts[0]) e.text = "<script>alert(1)</script>";
  dangerous.report.sections[1].baseline = "text:<b>";
  const std::string page = render_comparison_html(dangerous, {});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<b>x"), std::string::npos);
  EXPECT_NE(page.find("saliency, text:&lt;b&gt;"), std::string::npos);
}

}  // namespace
}  // namespace integrad
