// --precision and --profile, as a user meets them.
#include <gtest/gtest.h>

#include "cli/profile_table.h"
#include "integrad/render/json.h"
#include "run_program.h"

namespace integrad::cli {
namespace {

ProgramResult explain(std::vector<std::string> more) {
  more.insert(more.begin(), {"not bad at all", "--n-steps", "4", "--format", "json"});
  return run_program(with_model("explain", more));
}

std::string precision_of(const ProgramResult& result) {
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return parse_json(result.output).settings.precision;
}

TEST(Precision, IsWrittenAsItWasComputed) {
  EXPECT_EQ(precision_of(explain({})), "f32");
  EXPECT_EQ(precision_of(explain({"--precision", "bf16"})), "bf16");
  EXPECT_EQ(precision_of(explain({"--backend", "reference"})), "f64");
  // Whatever the processor, the reference backend has no bf16.
  EXPECT_EQ(precision_of(explain({"--backend", "reference", "--precision", "auto"})), "f64");
}

TEST(Precision, WhatIsNotKnownIsOneLine) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--precision", "f16"},
        std::vector<std::string>{"--backend", "reference", "--precision", "bf16"}}) {
    const ProgramResult result = explain(wrong);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
  }
}

TEST(ProfileOption, ReportsToStandardErrorAndChangesNoResult) {
  const ProgramResult plain = explain({}), profiled = explain({"--profile"});
  EXPECT_EQ(plain.output, profiled.output);
  EXPECT_EQ(plain.errors, "");
  for (const char* line : {"tokenize", "products", "attention", "GFLOP/s", "of peak", "peak:"}) {
    EXPECT_NE(profiled.errors.find(line), std::string::npos) << line;
  }
}

TEST(ProfileTable, SharesAndRates) {
  Profile profile;
  { const Timed timed(&profile, Room::products, 3e9); }
  const std::string table = profile_table(profile, 2.0, 3e9);
  EXPECT_NE(table.find("all            2.000 s  100.0 %       1.5 GFLOP/s   50.0 % of peak"),
            std::string::npos)
      << table;
  EXPECT_EQ(profile_table(profile, 2.0, 0).find("peak"), std::string::npos);
}

}  // namespace
}  // namespace integrad::cli
