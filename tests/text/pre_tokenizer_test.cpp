#include "integrad/text/pre_tokenizer.h"

#include <gtest/gtest.h>

#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

Strings split(std::vector<PreTokenizerStep> steps, std::string_view text) {
  const NormalizedText characters = align(text);
  return to_strings(PreTokenizer{std::move(steps)}.split(characters));
}

TEST(PreTokenizer, Bert) {
  const std::vector<PreTokenizerStep> bert{PreTokenizerStep::bert};
  EXPECT_EQ(split(bert, ""), Strings());
  EXPECT_EQ(split(bert, " \t\n"), Strings());
  EXPECT_EQ(split(bert, "don't can't"), Strings({"don", "'", "t", "can", "'", "t"}));
  EXPECT_EQ(split(bert, "a...b"), Strings({"a", ".", ".", ".", "b"}));
  EXPECT_EQ(split(bert, "€4 £5™"), Strings({"€4", "£5™"}));
  EXPECT_EQ(split(bert, "…—«»。"), Strings({"…", "—", "«", "»", "。"}));
  EXPECT_EQ(split(bert, "a～b"), Strings({"a～b"}));
  EXPECT_EQ(split(bert, "a\u2E52b\u166Dc"), Strings({"a\u2E52b", "\u166D", "c"}));
}

TEST(PreTokenizer, Others) {
  using enum PreTokenizerStep;
  EXPECT_EQ(split({}, "a b."), Strings({"a b."}));
  EXPECT_EQ(split({whitespace}, "don't stop--now ½"),
            Strings({"don", "'", "t", "stop", "--", "now", "½"}));
  EXPECT_EQ(split({whitespace_split}, " a.b  c"), Strings({"a.b", "c"}));
  EXPECT_EQ(split({punctuation}, "a. b"), Strings({"a", ".", " b"}));
  EXPECT_EQ(split({whitespace_split, punctuation}, "a.b !!"), Strings({"a", ".", "b", "!", "!"}));
}

}  // namespace
}  // namespace integrad
