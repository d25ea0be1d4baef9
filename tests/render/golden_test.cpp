// Every renderer against a file that a person has looked at. INTEGRAD_UPDATE_GOLDEN=1 in the
// environment rewrites the files instead of comparing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "integrad/render/csv.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"
#include "integrad/render/terminal.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

void expect_golden(const std::string& name, const std::string& rendered) {
  const std::string path = std::string(INTEGRAD_GOLDEN) + "/" + name;
  const char* update = std::getenv("INTEGRAD_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << rendered;
    ASSERT_TRUE(std::ifstream(path).good()) << path;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.good()) << path << " is missing: run with INTEGRAD_UPDATE_GOLDEN=1";
  std::ostringstream expected;
  expected << file.rdbuf();
  // EXPECT_EQ would print both pages in full.
  const std::string& golden = expected.str();
  const auto [at, unused] =
      std::mismatch(golden.begin(), golden.end(), rendered.begin(), rendered.end());
  EXPECT_TRUE(golden == rendered) << name << " differs from byte " << at - golden.begin()
                                  << " on, line " << 1 + std::count(golden.begin(), at, '\n')
                                  << ":\n"
                                  << rendered.substr(static_cast<std::size_t>(at - golden.begin()),
                                                     200);
}

TEST(Golden, Html) { expect_golden("document.html", render_html(example::document())); }

TEST(Golden, HtmlStartsWithTheOptions) {
  ExplanationDocument one = example::document();
  one.explanations.resize(1);
  expect_golden("options.html", render_html(one, {.title = "Reviews of <May>",
                                                  .granularity = Granularity::sentence,
                                                  .palette = Palette::orange_blue}));
}

TEST(Golden, Json) { expect_golden("document.json", render_json(example::document())); }

TEST(Golden, JsonLines) {
  const ExplanationDocument document = example::document();
  std::string lines = render_jsonl_header(document.model, document.settings);
  for (const Explanation& explanation : document.explanations) lines += render_jsonl(explanation);
  expect_golden("document.jsonl", lines);
}

TEST(Golden, Csv) { expect_golden("document.csv", render_csv(example::document())); }

TEST(Golden, Terminal) {
  const ExplanationDocument document = example::document();
  expect_golden("plain.txt", render_terminal(document));
  expect_golden("ansi256.txt", render_terminal(document, {.colours = ColourDepth::ansi256,
                                                          .granularity = Granularity::token}));
  expect_golden("truecolor.txt", render_terminal(document, {.colours = ColourDepth::truecolor,
                                                            .granularity = Granularity::sentence,
                                                            .palette = Palette::orange_blue}));
}

}  // namespace
}  // namespace integrad
