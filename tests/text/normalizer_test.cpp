#include "integrad/text/normalizer.h"

#include <gtest/gtest.h>

#include "tests/text/support.h"

namespace integrad {
namespace {

std::string normalize(const NormalizerStep& step, std::string_view text) {
  NormalizedText characters = align(text);
  Normalizer{{step}}.apply(characters);
  return to_utf8(characters);
}

const BertNormalizer uncased{true, true, std::nullopt, true};
const BertNormalizer cased{true, true, std::nullopt, false};

TEST(BertNormalizer, CleansText) {
  EXPECT_EQ(normalize(cased, std::string("1\0002\uFFFD3", 7)), "123");
  EXPECT_EQ(normalize(cased,
                      "\x0B"
                      "A\x0C"
                      "B"),
            "AB");
  EXPECT_EQ(normalize(cased, "a\u0085b"), "ab");
  EXPECT_EQ(normalize(cased, "a\u200Bb\u200Dc\u00ADd\uFEFF"), "abcd");
  EXPECT_EQ(normalize(cased, "a\tb\nc\rd\u00A0e\u3000f\u2028g"), "a b c d e f g");
  EXPECT_EQ(normalize(cased, "\uE000x\U000E0041"), "x");
  EXPECT_EQ(normalize(cased, "\u0378\uFFFF\u08E2"), "\u0378\uFFFF\u08E2");
  EXPECT_EQ(normalize(BertNormalizer{false, true, false, false}, "a\tb\u200B"), "a\tb\u200B");
}

TEST(BertNormalizer, SetsIdeographsApart) {
  EXPECT_EQ(normalize(cased, "a北b"), "a 北 b");
  EXPECT_EQ(normalize(cased, "\uF900\U0002F800"), " \uF900  \U0002F800 ");
  EXPECT_EQ(normalize(cased, "\U0002B820\U0002CEB0々が한"), "\U0002B820\U0002CEB0々が한");
  EXPECT_EQ(normalize(cased, "\U0002B920"), " \U0002B920 ");
  EXPECT_EQ(normalize(BertNormalizer{true, false, false, false}, "a北b"), "a北b");
}

TEST(BertNormalizer, StripsAccentsWhenLowercasingUnlessTold) {
  EXPECT_EQ(normalize(uncased, "HÉLLO Ångström"), "hello angstrom");
  EXPECT_EQ(normalize(uncased, "HE\u0301LLO"), "hello");
  EXPECT_EQ(normalize(uncased, "e" + repeat("\u0301", 50)), "e");
  EXPECT_EQ(normalize(uncased, "İstanbul"), "istanbul");
  EXPECT_EQ(normalize(uncased, "ΟΔΟΣ ẞ ﬁ"), "οδοσ ß ﬁ");
  EXPECT_EQ(normalize(uncased, "が й"), "か и");
  EXPECT_EQ(normalize(uncased, "\u1734\u1885\u1AC0"), "\u1885\u1AC0");
  EXPECT_EQ(normalize(BertNormalizer{true, true, false, true}, "İÉ"), "i\u0307é");
  EXPECT_EQ(normalize(BertNormalizer{true, true, true, false}, "İÉ"), "IE");
  EXPECT_EQ(normalize(cased, "Éa\u0301"), "Éa\u0301");
}

TEST(OtherNormalizers, DoOneThingEach) {
  EXPECT_EQ(normalize(LowercaseNormalizer{}, "ÉI"), "éi");
  EXPECT_EQ(normalize(FormNormalizer{UnicodeForm::nfd}, "é"), "e\u0301");
  EXPECT_EQ(normalize(StripAccentsNormalizer{}, "é e\u0301 \u0903"), "é e ");
}

TEST(Alignment, PointsAtTheBytesOfTheUser) {
  NormalizedText text = align("a\u00ADÉ北İ");
  Normalizer{{BertNormalizer{true, true, false, true}}}.apply(text);
  ASSERT_EQ(to_utf8(text), "aé 北 i\u0307");
  const std::vector<ByteRange> expected = {{0, 1}, {3, 5},  {5, 8}, {5, 8},
                                           {5, 8}, {8, 10}, {8, 10}};
  for (std::size_t k = 0; k < text.size(); ++k) {
    EXPECT_EQ(original_range(NormalizedSpan(text).subspan(k, 1)), expected[k]) << k;
  }
  EXPECT_EQ(original_range(text), (ByteRange{0, 10}));
  EXPECT_EQ(original_range({}), ByteRange{});
}

// U+0F73 is two marks of the classes 129 and 130; a mark of class 230 before it moves behind them,
// but the alignment goes by position.
TEST(Alignment, StaysInOrderWhenMarksMove) {
  NormalizedText text = align("x\u0301\u0F73");
  to_form(UnicodeForm::nfd, text);
  ASSERT_EQ(to_utf8(text), "x\u0F71\u0F72\u0301");
  EXPECT_EQ(text[1].original_start, 1);
  EXPECT_EQ(text[2].original_start, 1);
  EXPECT_EQ(text[3].original_start, 3);
}

}  // namespace
}  // namespace integrad
