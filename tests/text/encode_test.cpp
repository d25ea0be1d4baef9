#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

class Encode : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    uncased_ = std::make_unique<Tokenizer>(Tokenizer::load(tokenizer_fixture("bert-base-uncased")));
  }
  static void TearDownTestSuite() { uncased_.reset(); }
  static const Tokenizer& uncased() { return *uncased_; }

  // Tokens without [CLS] and [SEP].
  static Strings tokens(std::string_view text) {
    Strings all = uncased().encode(text).tokens;
    return {all.begin() + 1, all.end() - 1};
  }

 private:
  static std::unique_ptr<Tokenizer> uncased_;
};

std::unique_ptr<Tokenizer> Encode::uncased_;

TEST_F(Encode, NothingIsLeftOfEmptyTexts) {
  for (const std::string text : {"", " \t\n", "\u00AD", "\u200B\uFEFF"}) {
    const Encoding encoding = uncased().encode(text);
    EXPECT_EQ(encoding.ids, (std::vector<std::int32_t>{101, 102})) << text;
    EXPECT_EQ(encoding.words, (std::vector<std::ptrdiff_t>{-1, -1}));
  }
}

TEST_F(Encode, OffsetsAreBytesOfTheUsersText) {
  const Encoding encoding = uncased().encode("a naïve 北x");
  EXPECT_EQ(encoding.tokens, Strings({"[CLS]", "a", "naive", "北", "x", "[SEP]"}));
  EXPECT_EQ(encoding.offsets,
            (std::vector<ByteRange>{{0, 0}, {0, 1}, {2, 8}, {9, 12}, {12, 13}, {0, 0}}));
  EXPECT_EQ(encoding.words, (std::vector<std::ptrdiff_t>{-1, 0, 1, 2, 3, -1}));
}

TEST_F(Encode, SpecialTokensTypedInATextAreWordsOfTheirOwn) {
  const Encoding encoding = uncased().encode("a[SEP]b [mask]");
  EXPECT_EQ(encoding.tokens, Strings({"[CLS]", "a", "[SEP]", "b", "[", "mask", "]", "[SEP]"}));
  EXPECT_EQ(encoding.words, (std::vector<std::ptrdiff_t>{-1, 0, 1, 2, 3, 4, 5, -1}));
  EXPECT_EQ(encoding.special, (std::vector<std::uint8_t>{1, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(encoding.offsets[2], (ByteRange{1, 6}));
  EXPECT_EQ(tokens("[CLS] [SEP][MASK][UNK]x"), Strings({"[CLS]", "[SEP]", "[MASK]", "[UNK]", "x"}));
}

TEST_F(Encode, TrickyWords) {
  EXPECT_EQ(tokens(repeat("a", 101)), Strings({"[UNK]"}));
  EXPECT_NE(tokens(repeat("a", 100)), Strings({"[UNK]"}));
  EXPECT_EQ(tokens(repeat("한", 34)), Strings({"[UNK]"}));  // 102 jamo
  EXPECT_EQ(tokens("##ing"), Strings({"#", "#", "ing"}));
  EXPECT_EQ(tokens("don't"), Strings({"don", "'", "t"}));
  EXPECT_EQ(tokens("HÉLLO HE\u0301LLO"), Strings({"hello", "hello"}));
  EXPECT_EQ(tokens("a\u0085b\u2028c"), Strings({"ab", "c"}));
  EXPECT_EQ(tokens("UNwant\u00E9d,running"), Strings({"unwanted", ",", "running"}));
}

TEST_F(Encode, TruncationKeepsWordsAndCounts) {
  const Encoding encoding = uncased().encode("one two three four", {4, false});
  EXPECT_EQ(encoding.tokens, Strings({"[CLS]", "one", "two", "[SEP]"}));
  EXPECT_EQ(encoding.truncated_tokens, 2);
  EXPECT_EQ(uncased().encode("one", {512, false}).truncated_tokens, 0);
  const Encoding pair = uncased().encode_pair("one two three", "one two three", {8, false});
  EXPECT_EQ(pair.tokens, Strings({"[CLS]", "one", "two", "[SEP]", "one", "two", "three", "[SEP]"}));
  EXPECT_EQ(pair.segments, (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 0}));
  EXPECT_EQ(pair.words, (std::vector<std::ptrdiff_t>{-1, 0, 1, -1, 0, 1, 2, -1}));
  EXPECT_EQ(pair.truncated_tokens, 1);
  EXPECT_EQ(uncased().encode("one", {2, false}).tokens, Strings({"[CLS]", "[SEP]"}));
}

TEST_F(Encode, NoRoomForTheSpecialTokensIsAnError) {
  for (const std::ptrdiff_t longest : {-1, 0, 1}) {
    EXPECT_THROW(uncased().encode("one", {longest, false}), UsageError);
  }
  EXPECT_THROW(uncased().encode_pair("one", "two", {2, false}), UsageError);
  EXPECT_EQ(uncased().encode_pair("one", "two", {3, false}).size(), 3);
}

TEST_F(Encode, AnEmptySecondTextIsNone) {
  EXPECT_EQ(uncased().encode_pair("one", "").tokens, Strings({"[CLS]", "one", "[SEP]"}));
  EXPECT_EQ(uncased().encode_pair("", "one").tokens, Strings({"[CLS]", "[SEP]", "one", "[SEP]"}));
}

TEST_F(Encode, InvalidUtf8IsRefusedOrReplaced) {
  const std::string message = message_of<TokenizerError>([] { uncased().encode("good\xFF film"); });
  EXPECT_NE(message.find("position 4"), std::string::npos) << message;
  EXPECT_NE(
      message_of<TokenizerError>([] { uncased().encode_pair("a", "b\xC3"); }).find("second text"),
      std::string::npos);
  const Encoding repaired = uncased().encode("go\xFFod film", {std::nullopt, true});
  EXPECT_EQ(repaired.tokens, Strings({"[CLS]", "good", "film", "[SEP]"}));
  EXPECT_EQ(repaired.offsets[1], (ByteRange{0, 7}));  // U+FFFD has three bytes
  EXPECT_EQ(repaired.offsets[2], (ByteRange{8, 12}));
}

TEST_F(Encode, LongTextsAreFast) {
  const std::string text =
      repeat("A perfectly ordinary sentence about films, with commas. ", 20000);
  EXPECT_EQ(uncased().encode(text).size(), 20000 * 11 + 2);
  EXPECT_EQ(uncased().encode("e" + repeat("\u0301\u0323", 500000)).size(), 3);
}

}  // namespace
}  // namespace integrad
