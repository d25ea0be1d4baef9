#include "integrad/text/character_map.h"

#include <gtest/gtest.h>

#include <random>

#include "integrad/base/error.h"
#include "integrad/text/unicode.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Ends = std::vector<std::size_t>;

TEST(CharacterMap, RefusesWhatIsCutShort) {
  for (const std::string bytes : {"", "abc", std::string("\x08\0\0\0\1\0\0\0", 8).c_str()}) {
    EXPECT_THROW(CharacterMap{bytes}, TokenizerError);
  }
  EXPECT_THROW(CharacterMap(std::string("\x04\0\0\0\0\0\0\0\xFF", 9)), TokenizerError);
}

// Links of a broken file may point anywhere.
TEST(CharacterMap, RandomTriesDoNoHarm) {
  std::mt19937 random(3);
  for (int k = 0; k < 2000; ++k) {
    std::string bytes("\x40\0\0\0", 4);
    for (int unit = 0; unit < 64; ++unit) bytes.push_back(static_cast<char>(random()));
    bytes += std::string("a\0\xC3\xA9\0z", 6);
    NormalizedText text = align("a\u0301bcé北xyz");
    CharacterMap(bytes).apply(text);
    for (const NormalizedCharacter& character : text) {
      ASSERT_LE(character.original_start + character.original_bytes, 14);
    }
  }
}

TEST(CharacterMap, Base64) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("YWI="), "ab");
  EXPECT_EQ(decode_base64("YWJjZA=="), "abcd");
  EXPECT_EQ(decode_base64("/+8="), "\xFF\xEF");
  EXPECT_THROW(decode_base64("a b"), TokenizerError);
}

TEST(GraphemeClusters, OfMixedTexts) {
  EXPECT_EQ(grapheme_ends(U""), Ends());
  EXPECT_EQ(grapheme_ends(U"ab\r\nc"), Ends({1, 2, 4, 5}));
  EXPECT_EQ(grapheme_ends(U"e\u0301x\u0301\u0323"), Ends({2, 5}));
  EXPECT_EQ(grapheme_ends(U"é\r\n\u0301a"), Ends({1, 3, 4, 5}));
  EXPECT_EQ(grapheme_ends(U"\U0001F469\u200D\U0001F467 한\u1100\u1161"), Ends({3, 4, 5, 7}));
  EXPECT_EQ(grapheme_ends(U"\r\n\r\n\n\r"), Ends({2, 4, 5, 6}));
}

}  // namespace
}  // namespace integrad
