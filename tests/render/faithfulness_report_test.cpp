#include "integrad/render/faithfulness_report.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace integrad {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

FaithfulnessReport report() {
  FaithfulnessReport report;
  report.model = "a <b>model";
  report.data = "reviews.csv";
  report.texts = 12;
  report.replacement = "mask";
  MeasureSummary deletion;
  deletion.measure = Measure::deletion;
  deletion.scores = {0.25, 0.2, 0.3, 12};
  deletion.control = {0.5, 0.4, 0.6, 12};
  deletion.gain = {0.25, 0.1, 0.4, 12};
  deletion.curve = {1, 0.25, 0};
  deletion.control_curve = {1, 0.5, 0};
  MeasureSummary log_odds;
  log_odds.measure = Measure::log_odds;
  log_odds.scores = log_odds.control = log_odds.gain = {none, none, none, 0};
  const Algorithm usual = Algorithm::integrated_gradients;
  report.sections.push_back({usual, "pad", {deletion, log_odds}, {}, 22.25, 0.031});
  report.sections.push_back({usual,
                             "text:<script>x</script>",
                             {deletion, log_odds},
                             {{0, -0.1, 0.1, 12}, {none, none, none, 0}},
                             50,
                             0.07});
  return report;
}

TEST(FaithfulnessReport, Terminal) {
  EXPECT_EQ(render_faithfulness_terminal(report()),
            R"(12 texts; means [95 % intervals over texts]

Baseline pad: 22.2 evaluations, 31 ms a text
measure    good                scores          random order             better by
deletion  small  0.250 [0.200, 0.300]  0.500 [0.400, 0.600]  0.250 [0.100, 0.400]
log_odds  small                     -                     -                     -

Baseline text:<script>x</script>: 50.0 evaluations, 70 ms a text
measure    good                scores          random order             better by     better than pad by
deletion  small  0.250 [0.200, 0.300]  0.500 [0.400, 0.600]  0.250 [0.100, 0.400]  0.000 [-0.100, 0.100]
log_odds  small                     -                     -                     -                      -
)");
}

TEST(FaithfulnessReport, JsonHasNullWhereThereIsNoValue) {
  const auto json = nlohmann::json::parse(render_faithfulness_json(report()));
  const auto& measures = json["baselines"][1]["measures"];
  EXPECT_EQ(measures[0]["measure"], "deletion");
  EXPECT_EQ(measures[0]["scores"]["low"], 0.2);
  EXPECT_EQ(measures[0]["curve"].size(), 3U);
  EXPECT_TRUE(measures[1]["scores"]["mean"].is_null());
  EXPECT_FALSE(json["baselines"][0]["measures"][0].contains("better_than_first_by"));
}

TEST(FaithfulnessReport, PageIsEscapedAndDrawsWhatThereIs) {
  const std::string html = render_faithfulness_html(report());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("&lt;script"), std::string::npos);
  EXPECT_NE(html.find("Deletion"), std::string::npos);
  EXPECT_EQ(html.find("Insertion"), std::string::npos);
  EXPECT_NE(html.find("M34.0 8.0L184.0 143.0L334.0 188.0"), std::string::npos);  // 1, 0.25, 0
}

}  // namespace
}  // namespace integrad
