// integrad compare as a user runs it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

using Names = std::vector<std::string>;

ProgramResult compare(Names more) {
  Names arguments = with_model("compare", {"--quiet", "--n-steps", "4"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

TEST(Compare, EveryAlgorithmStandsInTheTable) {
  const auto result = compare({"a film that I love", "not so good"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  for (const char* algorithm : {"integrated_gradients", "gradient_shap", "input_x_gradient",
                                "saliency", "smooth_grad", "var_grad", "occlusion"}) {
    std::size_t lines = 0;
    for (const std::string& line : lines_of(result.output)) lines += line.starts_with(algorithm);
    EXPECT_EQ(lines, 3U) << algorithm << "\n" << result.output;  // a text each, and the table
  }
  EXPECT_NE(result.output.find("means of 2 texts"), std::string::npos);
  EXPECT_NE(result.output.find("random order"), std::string::npos);
}

TEST(Compare, OneAlgorithmFromSeveralBaselinesAsJsonAndPage) {
  const auto result = compare({"--algorithm", "occlusion", "--baseline", "pad,mask", "--format",
                               "json", "--measures", "deletion", "so good"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto json = nlohmann::json::parse(result.output);
  ASSERT_EQ(json["candidates"].size(), 2U);
  EXPECT_EQ(json["candidates"][1]["baseline"], "mask");
  EXPECT_NE(json["explanations"][0]["attributions"][0], json["explanations"][0]["attributions"][1]);

  TemporaryFolder folder;
  const auto path = folder / "compared.html";
  const auto page = compare({"--output", path.string(), "<script>alert(1)</script>"});
  ASSERT_EQ(page.exit_code, 0) << page.errors;
  const std::string html = read_text(path);
  EXPECT_NE(html.find("</html>"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

TEST(Compare, WhatCannotBeDoneIsSaidInALine) {
  const auto refused = [](const Names& more, const std::string& part) {
    const ProgramResult result = compare(more);
    EXPECT_EQ(result.exit_code, 1) << result.output;
    EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
    EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
  };
  refused({"--algorithm", "lime", "a"}, "choose one of integrated_gradients");
  refused({"--target", "all", "a"}, "one target");
  refused({"--format", "csv", "a"}, "csv");
  refused({"--seed", "-1", "a"}, "a seed is a whole number from 0 to");
  refused({}, "text");
}

TEST(Conductance, EveryLayerAddsUpInEveryFormat) {
  const auto run = [](Names more) {
    Names arguments = with_model("conductance", {"--quiet", "--n-steps", "6"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  };
  const auto result = run({"--format", "json", "so good", "not so good"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto json = nlohmann::json::parse(result.output);
  ASSERT_GE(json["layers"].size(), 2U);
  EXPECT_EQ(json["layers"][0], "embeddings");
  ASSERT_EQ(json["explanations"].size(), 2U);
  for (const auto& text : json["explanations"]) {
    EXPECT_EQ(text["attributions"].size(), json["layers"].size());
    EXPECT_EQ(text["deltas"].size(), json["layers"].size());
  }
  const auto terminal = run({"so good"});
  EXPECT_NE(terminal.output.find("\nlayer.0 "), std::string::npos) << terminal.output;
  const auto refused = run({"--method", "auto", "so good"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(lines_of(refused.errors).size(), 1U) << refused.errors;
}

TEST(SideBySide, MoreTextsThanAPageHoldsAreRefusedBeforeTheWork) {
  TemporaryFolder folder;
  const auto path = folder / "texts.txt";
  std::string many;
  for (int i = 0; i < 201; ++i) many += "so good\n";
  write_text(path, many);
  for (const char* command : {"compare", "conductance"}) {
    const auto result = run_program(with_model(command, {"--quiet", "--input", path.string()}));
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.errors.find("up to 200 texts"), std::string::npos) << result.errors;
  }
}

}  // namespace
}  // namespace integrad::cli
