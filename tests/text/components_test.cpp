// Every component of a tokenizer.json, and every kind of file that stands in for one, against what
// Hugging Face's libraries say. All from files in this repository.
#include <gtest/gtest.h>

#include "tests/text/golden_cases.h"

namespace integrad {
namespace {

class Components : public testing::TestWithParam<const char*> {};

TEST_P(Components, AreExact) {
  const auto folder = tokenizer_fixture("components") / GetParam();
  EXPECT_EQ(check_file(folder / "cases.jsonl", Tokenizer::load(folder)), 60);
}

INSTANTIATE_TEST_SUITE_P(Small, Components,
                         testing::Values("byte_level_roberta", "byte_level_template",
                                         "byte_level_split", "byte_level_normalizer", "bpe_prefix",
                                         "bpe_suffix", "bpe_bytes", "bpe_whole_words", "unigram",
                                         "unigram_first", "unigram_bytes", "word_level",
                                         "fixed_length", "roberta", "albert", "xlm_roberta",
                                         "camembert", "deberta_v2"),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace
}  // namespace integrad
