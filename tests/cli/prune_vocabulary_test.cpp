#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "integrad/checkpoint/weight_files.h"
#include "integrad/text/tokenizer.h"
#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string models = INTEGRAD_FIXTURES "/models/";

ProgramResult prune(const fs::path& source, const fs::path& data, const fs::path& output,
                    const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"prune-vocabulary", "--model",  source.string(), "--data",
                                     data.string(),      "--output", output.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

class PruneVocabulary : public ::testing::Test {
 protected:
  PruneVocabulary() : data_(folder_ / "texts.csv") {
    write_text(data_, "text,label\nthe who of them were also first,a\nwas she at her best?,b\n");
  }
  Json logits(const fs::path& model, const std::string& text) {
    const ProgramResult result =
        run_program({"predict", "--model", model.string(), "--format", "json", text});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return Json::parse(result.output)["predictions"][0]["logits"];
  }

  TemporaryFolder folder_;
  fs::path data_;
};

TEST_F(PruneVocabulary, KnowsTheTextsWordsAsBefore) {
  for (const bool json : {true, false}) {
    const fs::path source = folder_ / (json ? "with" : "without");
    fs::copy(models + "bert", source);
    if (!json) fs::remove(source / "tokenizer.json");
    const fs::path output = folder_ / (json ? "pruned" : "pruned-without");
    const ProgramResult result = prune(source, data_, output, {"--size", "180"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_NE(result.output.find("kept 180 of 1200 pieces, 100.00 % of the tokens of 2 texts; "
                                 "0.00 % more tokens now, unknown 0.00 % before, 0.00 % now"),
              std::string::npos)
        << result.output;
    const Tokenizer tokenizer = Tokenizer::load(output), before = Tokenizer::load(source);
    EXPECT_EQ(tokenizer.vocabulary_size(), 180);
    const std::string known = "The first of them was also her best?";
    EXPECT_EQ(tokenizer.encode(known).tokens, before.encode(known).tokens);
    EXPECT_EQ(logits(output, known), logits(source, known));
    // A word that went is spelt, not unknown.
    EXPECT_NE(before.encode("hilarious").tokens, tokenizer.encode("hilarious").tokens);
    for (const std::string& token : tokenizer.encode("hilarious").tokens) EXPECT_NE(token, "[UNK]");
    EXPECT_EQ(WeightFiles::open(output).shape("bert.embeddings.word_embeddings.weight")[0], 180);
  }
}

TEST_F(PruneVocabulary, IdsInAllFilesAreTheNewOnes) {
  const fs::path output = folder_ / "pruned";
  ASSERT_EQ(prune(models + "bert", data_, output, {"--size", "180", "--quiet"}).exit_code, 0);
  const Tokenizer tokenizer = Tokenizer::load(output);
  const Json document = Json::parse(read_text(output / "tokenizer.json"));
  for (const Json& token : document["added_tokens"]) {
    EXPECT_EQ(token["id"], *tokenizer.id(token["content"].get<std::string>()));
  }
  const auto& vocabulary = document["model"]["vocab"];
  EXPECT_EQ(vocabulary.size(), 180U);
  const std::string lines = read_text(output / "vocab.txt");
  std::int32_t id = 0;
  for (const std::string& line : lines_of(lines)) EXPECT_EQ(vocabulary[line], id++);
  EXPECT_EQ(id, 180);
  const Json config = Json::parse(read_text(output / "config.json"));
  EXPECT_EQ(config["vocab_size"], 180);
  EXPECT_EQ(config["pad_token_id"], *tokenizer.special_tokens().pad);
}

TEST_F(PruneVocabulary, WhatCannotBeIsOneLine) {
  const struct {
    std::string model;
    std::vector<std::string> options;
    std::string message;
  } cases[] = {
      {"bert", {}, "no --size"},
      {"bert", {"--size", "20"}, "alone are"},
      {"bert", {"--size", "1200"}, "--size must be less"},
      {"bert", {"--size", "180", "--dtype", "f8"}, "unknown --dtype"},
      {"roberta", {"--size", "180"}, "only WordPiece can be pruned"},
      {"xlm-roberta", {"--size", "180"}, "only WordPiece can be pruned"},
  };
  for (const auto& one : cases) {
    const ProgramResult result = prune(models + one.model, data_, folder_ / "new", one.options);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
    EXPECT_NE(result.errors.find(one.message), std::string::npos) << result.errors;
    EXPECT_FALSE(fs::exists(folder_ / "new"));
  }
}

}  // namespace
}  // namespace integrad::cli
