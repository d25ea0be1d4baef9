#include "integrad/attribution/target.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

const std::vector<double> logits{0.1, 2.0, -1.0};

std::vector<Index> classes(std::string_view name, const std::vector<std::string>& labels) {
  return Target::parse(name, labels).classes(logits);
}

TEST(Target, PredictedAllNameNumber) {
  const std::vector<std::string> labels{"negative", "neutral", "positive"};
  EXPECT_EQ(classes("predicted", labels), std::vector<Index>{1});
  EXPECT_EQ(classes("all", labels), (std::vector<Index>{0, 1, 2}));
  EXPECT_EQ(classes("positive", labels), std::vector<Index>{2});
  EXPECT_EQ(classes("POSITIVE", labels), std::vector<Index>{2});
  EXPECT_EQ(classes("0", labels), std::vector<Index>{0});
}

TEST(Target, ALabelsNameWinsOverEverything) {
  EXPECT_EQ(classes("0", {"2", "1", "0"}), std::vector<Index>{2});
  EXPECT_EQ(classes("all", {"some", "none", "all"}), std::vector<Index>{2});
}

TEST(Target, LabelsAboveAThreshold) {
  const std::vector<std::string> labels{"negative", "neutral", "positive"};
  const auto above = [&](double threshold) {
    return Target::parse("predicted", labels, threshold).classes(logits);
  };
  EXPECT_EQ(above(0.5), (std::vector<Index>{1, 0}));
  EXPECT_EQ(above(0.6), (std::vector<Index>{1}));
  EXPECT_EQ(above(0.1), (std::vector<Index>{1, 0, 2}));
  EXPECT_EQ(above(0.99), (std::vector<Index>{1}));  // none: the likeliest
  EXPECT_TRUE(labels_above(0.99, logits).empty());
  EXPECT_EQ(Target::parse("all", labels, 0.5).classes(logits).size(), 3U);
}

TEST(Target, AbsurdTargets) {
  for (const char* name : {"3", "-1", "1.0", "", "negativ", "99999999999999999999"}) {
    EXPECT_THROW(Target::parse(name, std::vector<std::string>{"negative", "b", "c"}), UsageError)
        << name;
  }
}

TEST(Target, FirstOfEqualsIsLargest) { EXPECT_EQ(largest(std::vector<double>{1, 3, 3, 2}), 1); }

}  // namespace
}  // namespace integrad
