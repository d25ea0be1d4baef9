#include "cli/help.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/options.h"
#include "run_program.h"

namespace integrad::cli {
namespace {

TEST(Help, fitsAScreen) {
  for (const char* command :
       {"", "explain", "predict", "tokenize", "inspect", "verify", "convert", "prune-vocabulary",
        "train", "evaluate", "evaluate-explanations", "compare", "conductance"}) {
    std::vector<std::string> arguments{"--help"};
    if (*command != '\0') arguments.insert(arguments.begin(), command);
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_EQ(result.errors, "");
    EXPECT_NE(result.output.find("example"), std::string::npos) << command;
    const auto lines = lines_of(result.output);
    EXPECT_LE(lines.size(), 40U) << command;
    for (const std::string& line : lines) {
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      });
      EXPECT_LE(columns, 80) << line;
    }
  }
}

/// Every option that a command accepts stands in its help.
void expect_documented(const CLI::App& app, std::string_view help) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->check_name("--help")) continue;
    EXPECT_NE(help.find(option->get_name()), std::string_view::npos) << option->get_name();
  }
}

TEST(Help, tellsEveryOption) {
  ModelOptions model;
  TextOptions text;
  OutputOptions output;
  ExplainOptions explain;
  CLI::App app;
  add_text_options(app, text);
  add_output_options(app, output);
  for (const std::string_view help : {explain_help, predict_help, tokenize_help, verify_help}) {
    expect_documented(app, help);
  }
  add_model_options(app, model);
  add_run_options(app, explain);
  expect_documented(app, explain_help);
  expect_documented(app, predict_help);
  add_explain_options(app, explain);
  expect_documented(app, explain_help);
}

TEST(Help, isPrintedWithoutArgumentsWithAnErrorCode) {
  const ProgramResult result = run_program({});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.output, program_help);
  EXPECT_EQ(run_program({"help", "predict"}).output, predict_help);
  EXPECT_TRUE(run_program({"--version"}).output.starts_with("integrad "));
}

}  // namespace
}  // namespace integrad::cli
