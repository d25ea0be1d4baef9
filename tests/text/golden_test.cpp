// Every case that the real tokenizers were asked, exact in all fields.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/text/support.h"

namespace integrad {
namespace {

using nlohmann::json;

// Byte position of every code point, and the end of the text.
std::vector<std::ptrdiff_t> byte_positions(const std::string& text) {
  std::vector<std::ptrdiff_t> positions;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).bytes) {
    positions.push_back(static_cast<std::ptrdiff_t>(at));
  }
  positions.push_back(static_cast<std::ptrdiff_t>(text.size()));
  return positions;
}

void expect_equal(const Encoding& encoding, const json& expected, const std::string& text,
                  const std::string& pair) {
  ASSERT_EQ(encoding.ids, expected["ids"].get<std::vector<std::int32_t>>());
  EXPECT_EQ(encoding.type_ids, expected["type_ids"].get<std::vector<std::int32_t>>());
  EXPECT_EQ(encoding.tokens, expected["tokens"].get<std::vector<std::string>>());
  EXPECT_EQ(encoding.special, expected["special_mask"].get<std::vector<std::uint8_t>>());
  const std::vector<std::ptrdiff_t> positions[] = {byte_positions(text), byte_positions(pair)};
  int previous = 0;
  for (std::size_t k = 0; k < encoding.ids.size(); ++k) {
    const json& word = expected["word_ids"][k];
    EXPECT_EQ(encoding.words[k], word.is_null() ? -1 : word.get<std::ptrdiff_t>()) << k;
    ByteRange range;
    if (encoding.special[k] == 0) {
      const auto& in_text = positions[encoding.segments[k]];
      range = {in_text[expected["char_offsets"][k][0].get<std::size_t>()],
               in_text[expected["char_offsets"][k][1].get<std::size_t>()]};
      EXPECT_GE(encoding.segments[k], previous);
      previous = encoding.segments[k];
    }
    EXPECT_EQ(encoding.offsets[k], range) << k;
  }
}

int check_file(const std::filesystem::path& file, const Tokenizer& tokenizer) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  int cases = 0;
  for (std::string line; std::getline(stream, line); ++cases) {
    const json expected = json::parse(line);
    const std::string text = expected["text"];
    const std::string pair = expected["pair"].is_null() ? "" : expected["pair"];
    EncodeOptions options;
    if (!expected["max_length"].is_null()) options.max_length = expected["max_length"];
    SCOPED_TRACE(line.substr(0, 300));
    expect_equal(expected["pair"].is_null() ? tokenizer.encode(text, options)
                                            : tokenizer.encode_pair(text, pair, options),
                 expected, text, pair);
    if (testing::Test::HasFatalFailure()) return cases;
  }
  return cases;
}

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
  for (const std::string name : {"bert-base-uncased", "bert-base-cased", "bert-base-chinese",
                                 "bert-base-multilingual-cased", "all-MiniLM-L6-v2"}) {
    const Tokenizer tokenizer = Tokenizer::load(reference_vocabulary(name));
    EXPECT_EQ(check_file(reference_cases("hf_" + name + ".jsonl"), tokenizer), 284) << name;
  }
}

// A published model, the vocabulary it uses and whether it lowercases.
struct PublishedModel {
  std::string name;
  std::string vocabulary;
  bool lowercase;
};

Tokenizer load_published(const PublishedModel& model) {
  const std::string pieces = read_text(reference_vocabulary(model.vocabulary) / "vocab.txt");
  if (model.name == "Xenova/all-mpnet-base-v2") {
    return load_from({{"vocab.txt", "<s>\n<pad>\n</s>\n<unk>\n" + pieces + "<mask>\n"},
                      {"tokenizer_config.json", R"({"tokenizer_class": "MPNetTokenizer"})"}});
  }
  return load_from({{"vocab.txt", pieces},
                    {"tokenizer_config.json", json{{"do_lower_case", model.lowercase}}.dump()}});
}

TEST(Golden, TransformersJs) {
  const auto file = reference_cases("transformersjs_tokenizer_cases.jsonl");
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "skipped: no reference data in " << INTEGRAD_REFERENCE_DATA;
  }
  const PublishedModel models[] = {
      {"Xenova/bert-base-uncased", "bert-base-uncased", true},
      {"Xenova/distilbert-base-uncased-finetuned-sst-2-english", "bert-base-uncased", true},
      {"Xenova/all-mpnet-base-v2", "bert-base-uncased", true},
      {"Xenova/bert-base-cased", "bert-base-cased", false},
      {"Xenova/distilbert-base-cased-distilled-squad", "bert-base-cased", false},
      {"Xenova/spanbert-large-cased", "bert-base-cased", true},
      {"Xenova/bert-base-multilingual-cased-ner-hrl", "bert-base-multilingual-cased", false},
      {"Xenova/distiluse-base-multilingual-cased-v2", "bert-base-multilingual-cased", false},
      {"Xenova/bge-base-zh-v1.5", "bert-base-chinese", true},
      {"Xenova/bge-small-zh-v1.5", "bert-base-chinese", false}};
  int cases = 0;
  for (const PublishedModel& model : models) {
    const Tokenizer tokenizer = load_published(model);
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      const json expected = json::parse(line);
      if (expected["model"] != model.name) continue;
      EXPECT_EQ(tokenizer.encode(expected["text"].get<std::string>()).ids,
                expected["ids"].get<std::vector<std::int32_t>>())
          << line;
      ++cases;
    }
  }
  EXPECT_EQ(cases, 67);
}

}  // namespace
}  // namespace integrad
