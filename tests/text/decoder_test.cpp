#include "integrad/text/decoder.h"

#include <gtest/gtest.h>

#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

std::string decode(std::vector<DecoderStep> steps, const Strings& pieces) {
  return Decoder{std::move(steps)}.decode(pieces);
}

TEST(Decoder, WordPiece) {
  const Strings pieces = {"##a", "film", "##s", ".", "do", "n't", "I", "'m"};
  EXPECT_EQ(decode({WordPieceDecoder{}}, pieces), "##a films. don't I'm");
  EXPECT_EQ(decode({WordPieceDecoder{"##", false}}, pieces), "##a films . do n't I 'm");
  EXPECT_EQ(decode({WordPieceDecoder{}}, {}), "");
}

TEST(Decoder, ByteLevel) {
  EXPECT_EQ(decode({ByteLevelDecoder{}}, {"Ã", "©", "Ġa", "北"}), "é a北");
  EXPECT_EQ(decode({ByteLevelDecoder{}}, {"Ã", "a"}), "\uFFFDa");
}

TEST(Decoder, Metaspace) {
  EXPECT_EQ(decode({MetaspaceDecoder{}}, {"▁a", "b", "▁c"}), "ab c");
  EXPECT_EQ(decode({MetaspaceDecoder{U'▁', false}}, {"▁a", "▁c"}), " a c");
}

TEST(Decoder, OthersDoOneThingEach) {
  EXPECT_EQ(decode({BpeDecoder{}}, {"ab</w>", "c", "d</w>"}), "ab cd");
  EXPECT_EQ(decode({BpeDecoder{}}, {}), "");
  EXPECT_EQ(decode({ReplaceDecoder{Pattern(U"▁"), " "}}, {"▁a▁", ""}), " a ");
  EXPECT_EQ(decode({ByteFallbackDecoder{}}, {"<0xC3>", "<0xA9>", "a", "<0xC3>", "<0xG0>"}),
            "éa\uFFFD<0xG0>");
  EXPECT_EQ(decode({StripDecoder{U'a', 2, 1}}, {"aaab", "ba", "a"}), "abb");
  EXPECT_EQ(decode({FuseDecoder{}, StripDecoder{U' ', 1, 0}}, {" a", " b"}), "a b");
  EXPECT_EQ(decode({CtcDecoder{}}, {"<pad>", "a", "a", "<pad>", "a", "|", "b"}), "aa b");
}

TEST(Decoder, CleanUpIsTransformers) {
  EXPECT_EQ(clean_up_spaces("a . b ? I do not ca n't"), "a. b? I do not can't");
}

TEST(Decode, SkipsSpecialTokensAndUnknownIds) {
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture("bert-base-uncased"));
  const Encoding encoding = tokenizer.encode("A naïve film.");
  EXPECT_EQ(tokenizer.decode(encoding.ids), "[CLS] a naive film. [SEP]");
  EXPECT_EQ(tokenizer.decode(encoding.ids, {true, {}}), "a naive film.");
  EXPECT_EQ(tokenizer.decode(std::vector<std::int32_t>{-1, 2143, 1 << 30}), "film");
  EXPECT_EQ(tokenizer.decode({}), "");
}

}  // namespace
}  // namespace integrad
