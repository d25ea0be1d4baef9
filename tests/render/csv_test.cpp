#include "integrad/render/csv.h"

#include <gtest/gtest.h>

#include <limits>

#include "integrad/base/error.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

TEST(Csv, QuotesByRfc4180) {
  Explanation e;
  e.target = "a,\"b\"\nc";
  e.tokens = {{"\"", 1, 2, 3, 4, 1, false, 0.1}, {",", 5, 0, 0, std::nullopt, 0, true, -1e-5}};
  EXPECT_EQ(csv_rows(e, 7),
            "7,0,\"\"\"\",1,2,3,4,1,false,\"a,\"\"b\"\"\nc\",0.1,,,,\n"
            "7,1,\",\",5,0,0,,0,true,\"a,\"\"b\"\"\nc\",-1e-05,,,,\n");
}

TEST(Csv, ScriptStaysText) {
  Explanation e;
  e.target = "<script>";
  e.tokens = {{"</script>", 1, 0, 9, 0, 0, false, 0}};
  EXPECT_EQ(csv_rows(e, 0), "0,0,</script>,1,0,9,0,0,false,<script>,0,,,,\n");
}

TEST(Csv, HasALineAToken) {
  const ExplanationDocument document = example::document();
  std::size_t tokens = 0;
  for (const Explanation& explanation : document.explanations) tokens += explanation.tokens.size();
  const std::string csv = render_csv(document);
  EXPECT_EQ(csv.substr(0, csv_header().size()), csv_header());
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), tokens + 1);
}

TEST(Csv, RefusesWhatIsNotANumber) {
  Explanation e = example::love();
  e.tokens[2].attribution = std::numeric_limits<double>::quiet_NaN();
  try {
    csv_rows(e, 0);
    FAIL() << "no exception";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("I love you"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace integrad
