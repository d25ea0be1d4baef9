// Tests of faithfulness as a user runs them.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

class EvaluateExplanations : public ::testing::Test {
 protected:
  EvaluateExplanations() {
    write_text(texts,
               "What a waste of time, the worst film of the year.\nI love it, it is great\n");
  }
  ProgramResult run(Names more) {
    Names arguments = with_model("evaluate-explanations", {"--data", texts.string(), "--quiet"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }
  void refused(const Names& more, const std::string& part) {
    const ProgramResult result = run(more);
    EXPECT_EQ(result.exit_code, 1) << result.output;
    EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
    EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
  }

  TemporaryFolder folder;
  fs::path texts = folder / "texts.txt", out = folder / "how.html";
};

TEST_F(EvaluateExplanations, TwoBaselinesSideBySide) {
  const auto result = run({"--baseline", "pad,mask", "--method", "auto", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_EQ(json["texts"], 2);
  EXPECT_EQ(json["method"], "auto");
  EXPECT_EQ(json["tolerance"], 0.01);
  ASSERT_EQ(json["baselines"].size(), 2U);
  EXPECT_EQ(json["baselines"][0]["baseline"], "pad");
  EXPECT_EQ(json["baselines"][1]["baseline"], "mask");
  for (const Json& section : json["baselines"]) {
    ASSERT_EQ(section["measures"].size(), 9U);
    for (const Json& measure : section["measures"]) {
      EXPECT_EQ(measure["scores"]["texts"], 2) << measure;
      EXPECT_EQ(measure.contains("better_than_first_by"), section["baseline"] == "mask");
    }
  }
  // Another order of the baselines changes no number of a baseline.
  const auto other = run({"--baseline", "mask", "--method", "auto", "--format", "json"});
  const Json alone = Json::parse(other.output);
  for (std::size_t m = 0; m < 9; ++m) {
    EXPECT_NEAR(alone["baselines"][0]["measures"][m]["scores"]["mean"].get<double>(),
                json["baselines"][1]["measures"][m]["scores"]["mean"].get<double>(), 1e-5);
  }
}

TEST_F(EvaluateExplanations, ChosenMeasuresAsATableAndAPage) {
  const auto result = run({"--measures", "deletion,sufficiency", "--n-steps", "8"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto lines = lines_of(result.output);
  ASSERT_EQ(lines.size(), 6U) << result.output;
  EXPECT_TRUE(lines[4].starts_with("deletion ")) << result.output;
  EXPECT_TRUE(lines[5].starts_with("sufficiency ")) << result.output;

  const auto page = run({"--measures", "deletion", "--n-steps", "8", "--output", out.string()});
  ASSERT_EQ(page.exit_code, 0) << page.errors;
  const std::string html = read_text(out);
  EXPECT_NE(html.find("</html>"), std::string::npos);
  EXPECT_NE(html.find("aria-label=\"Deletion"), std::string::npos);
  EXPECT_EQ(html.find("aria-label=\"Insertion"), std::string::npos);
}

TEST_F(EvaluateExplanations, AlgorithmsSideBySide) {
  const auto result =
      run({"--algorithm", "integrated_gradients,saliency,occlusion", "--baseline", "pad,mask",
           "--n-steps", "4", "--measures", "deletion", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json json = Json::parse(result.output);
  std::string found;
  for (const Json& section : json["baselines"]) {
    found += section["algorithm"].get<std::string>() + " " +
             section["baseline"].get<std::string>() + " " +
             std::to_string(section["evaluations"].get<int>()) + "; ";
  }
  EXPECT_EQ(found,
            "integrated_gradients pad 4; integrated_gradients mask 4; saliency pad 1; "
            "occlusion pad 10; occlusion mask 10; ");
  refused({"--algorithm", "saliency,saliency"}, "twice");
  refused({"--algorithm", "saliency,lime"}, "unknown algorithm \"lime\"");
}

TEST_F(EvaluateExplanations, WhatPeopleMarkedIsComparedWhereTheyDid) {
  texts = folder / "marked.jsonl";
  write_text(texts,
             R"({"text": "What a waste of time, so dull", "rationale": ["waste of time", "dull"]})"
             "\n"
             R"({"text": "I love it", "rationale": [0, 1, 0]})"
             "\n"
             R"({"text": "A film", "rationale": null})"
             "\n"
             R"({"text": "It is great", "why": [[6, 11]]})"
             "\n");
  const auto result = run({"--n-steps", "8", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_NEAR(json["rationale_share"].get<double>(), (4.0 / 7 + 1.0 / 3) / 2, 1e-12);
  const Json& measures = json["baselines"][0]["measures"];
  ASSERT_EQ(measures.size(), 12U);
  for (std::size_t m = 9; m < 12; ++m) {
    EXPECT_EQ(measures[m]["scores"]["texts"], 2) << measures[m];
    EXPECT_GT(measures[m]["scores"]["mean"], 0);
    EXPECT_LE(measures[m]["scores"]["mean"], 1);
  }
  EXPECT_EQ(measures[9]["measure"], "auprc");

  const auto named = run(
      {"--rationale-column", "why", "--measures", "token_f1", "--limit", "0", "--n-steps", "8"});
  EXPECT_EQ(named.exit_code, 1);
  EXPECT_NE(named.errors.find("marked.jsonl:1: no field \"why\""), std::string::npos)
      << named.errors;
}

TEST_F(EvaluateExplanations, RationalesThatAreNone) {
  refused({"--measures", "auprc"}, "no text has a rationale");
  refused({"--rationale-column", "why"}, "--rationale-column is for jsonl, the input is txt");
  texts = folder / "marked.jsonl";
  write_text(texts, R"({"text": "I love it", "rationale": [[0, 1], [2, 60]]})");
  refused({}, "marked.jsonl:1: rationale [2, 60] is no range of the text's 9 characters");
  write_text(texts, R"({"text": "I love it", "rationale": "love"})");
  refused({}, "marked.jsonl:1: field \"rationale\" must be a list");
  write_text(texts, R"({"text": "I love it", "rationale": [0, 1, 0]})");
  refused({"--rationale-share", "1.5"}, "at most 1");
  EXPECT_EQ(run_program(with_model("predict", {"--input", texts.string(), "--quiet"})).exit_code,
            0);
}

TEST_F(EvaluateExplanations, WhatCannotBeDoneIsSaidInALine) {
  refused({"--measures", "comp"}, "comprehensiveness, sufficiency");
  refused({"--baseline", "pad,pad"}, "twice");
  refused({"--target", "all"}, "one target");
  refused({"--top", "1"}, "between 0 and 1");
  refused({"--replacement", "zero"}, "a token");
  write_text(texts, "");
  refused({}, "no text in ");
}

}  // namespace
}  // namespace integrad::cli
