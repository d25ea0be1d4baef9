// Every case that the real tokenizers were asked, exact in all fields.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/text/golden_cases.h"
#include "tests/text/published_albert.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using nlohmann::json;

TEST(Golden, SmallTokenizersWithAddedTokens) {
  for (const std::string name : {"small-uncased", "small-cased", "small-sequence"}) {
    const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture(name));
    EXPECT_EQ(check_file(tokenizer_fixture("hf_" + name + ".jsonl"), tokenizer), 150);
  }
}

TEST(Golden, BertBaseUncased) {
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture("bert-base-uncased"));
  EXPECT_EQ(check_file(tokenizer_fixture("hf_bert-base-uncased.jsonl"), tokenizer), 284);
}

TEST(Golden, LlamaCppBge) {
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture("bert-base-uncased"));
  std::ifstream stream(tokenizer_fixture("llamacpp_bert-bge.jsonl"));
  int cases = 0;
  for (std::string line; std::getline(stream, line); ++cases) {
    const json expected = json::parse(line);
    std::vector<std::int32_t> ids = tokenizer.encode(expected["text"].get<std::string>()).ids;
    ids = {ids.begin() + 1, ids.end() - 1};
    EXPECT_EQ(ids, expected["ids"].get<std::vector<std::int32_t>>()) << line;
  }
  EXPECT_GE(cases, 15);
}

std::filesystem::path reference_vocabulary(const std::string& name) {
  return std::filesystem::path(INTEGRAD_REFERENCE_DATA) / "data" / "vocab" / name;
}

std::filesystem::path reference_cases(const std::string& name) {
  return std::filesystem::path(INTEGRAD_REFERENCE_DATA) / "fixtures" / "tokenizer" / name;
}

TEST(Golden, ReferenceVocabularies) {
  if (!std::filesystem::exists(reference_cases("hf_bert-base-cased.jsonl"))) {
    GTEST_SKIP() << "skipped: no reference data in " << INTEGRAD_REFERENCE_DATA;
  }
  for (const std::string name :
       {"bert-base-uncased", "bert-base-cased", "bert-base-chinese", "bert-base-multilingual-cased",
        "all-MiniLM-L6-v2", "roberta-base", "albert-base-v2"}) {
    const Tokenizer tokenizer = Tokenizer::load(reference_vocabulary(name));
    const int cases = name == "roberta-base" ? 276 : 284;
    EXPECT_EQ(check_file(reference_cases("hf_" + name + ".jsonl"), tokenizer), cases) << name;
  }
}

TEST(Golden, LlamaCppRoberta) {
  const auto file = reference_cases("llamacpp_roberta-bpe.jsonl");
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "skipped: no reference data in " << INTEGRAD_REFERENCE_DATA;
  }
  const Tokenizer tokenizer = Tokenizer::load(reference_vocabulary("roberta-base"));
  std::ifstream stream(file);
  int cases = 0;
  for (std::string line; std::getline(stream, line); ++cases) {
    const json expected = json::parse(line);
    std::vector<std::int32_t> ids = tokenizer.encode(expected["text"].get<std::string>()).ids;
    ids = {ids.begin() + 1, ids.end() - 1};
    EXPECT_EQ(ids, expected["ids"].get<std::vector<std::int32_t>>()) << line;
  }
  EXPECT_EQ(cases, 26);
}

// A published model, the vocabulary that it uses and the settings that it was published with.
struct PublishedModel {
  std::string name;
  std::string vocabulary;
  json settings;
};

Tokenizer load_published(const PublishedModel& model) {
  if (model.name == "Xenova/all-mpnet-base-v2") {
    const std::string pieces = read_text(reference_vocabulary(model.vocabulary) / "vocab.txt");
    return load_from({{"vocab.txt", "<s>\n<pad>\n</s>\n<unk>\n" + pieces + "<mask>\n"},
                      {"tokenizer_config.json", model.settings.dump()}});
  }
  std::vector<std::pair<std::string, std::string>> files = {
      {"tokenizer_config.json", model.settings.dump()}};
  for (const char* name : {"vocab.txt", "vocab.json", "merges.txt"}) {
    const auto file = reference_vocabulary(model.vocabulary) / name;
    if (std::filesystem::exists(file)) files.emplace_back(name, read_text(file));
  }
  const auto sentencepiece = reference_vocabulary(model.vocabulary) / "spiece.model";
  if (std::filesystem::exists(sentencepiece)) {
    files.emplace_back("tokenizer.json", published_albert_json(read_text(sentencepiece)));
  }
  return load_from(files);
}

TEST(Golden, TransformersJs) {
  const auto file = reference_cases("transformersjs_tokenizer_cases.jsonl");
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "skipped: no reference data in " << INTEGRAD_REFERENCE_DATA;
  }
  const auto bert = [](bool lowercase) {
    return json{{"do_lower_case", lowercase}, {"clean_up_tokenization_spaces", true}};
  };
  const PublishedModel models[] = {
      {"Xenova/bert-base-uncased", "bert-base-uncased", bert(true)},
      {"Xenova/distilbert-base-uncased-finetuned-sst-2-english", "bert-base-uncased", bert(true)},
      {"Xenova/all-mpnet-base-v2",
       "bert-base-uncased",
       {{"tokenizer_class", "MPNetTokenizer"}, {"clean_up_tokenization_spaces", true}}},
      {"Xenova/bert-base-cased", "bert-base-cased", bert(false)},
      {"Xenova/distilbert-base-cased-distilled-squad", "bert-base-cased", bert(false)},
      {"Xenova/spanbert-large-cased", "bert-base-cased", bert(true)},
      {"Xenova/bert-base-multilingual-cased-ner-hrl", "bert-base-multilingual-cased", bert(false)},
      {"Xenova/distiluse-base-multilingual-cased-v2", "bert-base-multilingual-cased", bert(false)},
      {"Xenova/bge-base-zh-v1.5", "bert-base-chinese", bert(true)},
      {"Xenova/bge-small-zh-v1.5", "bert-base-chinese", bert(false)},
      {"Xenova/all-distilroberta-v1",
       "roberta-base",
       {{"tokenizer_class", "RobertaTokenizer"}, {"clean_up_tokenization_spaces", true}}},
      {"Xenova/albert-base-v2",
       "albert-base-v2",
       {{"tokenizer_class", "AlbertTokenizer"}, {"clean_up_tokenization_spaces", true}}}};
  int cases = 0;
  for (const PublishedModel& model : models) {
    const Tokenizer tokenizer = load_published(model);
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      const json expected = json::parse(line);
      if (expected["model"] != model.name) continue;
      const Encoding encoding = tokenizer.encode(expected["text"].get<std::string>());
      EXPECT_EQ(encoding.ids, expected["ids"].get<std::vector<std::int32_t>>()) << line;
      if (!expected["decoded"].is_null()) {
        EXPECT_EQ(tokenizer.decode(encoding.ids), expected["decoded"].get<std::string>()) << line;
      }
      ++cases;
    }
  }
  EXPECT_EQ(cases, 89);
}

}  // namespace
}  // namespace integrad
