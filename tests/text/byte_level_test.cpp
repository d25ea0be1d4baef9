#include "integrad/text/byte_level.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/text/support.h"

namespace integrad {
namespace {

TEST(ByteLevel, AlphabetIsGpt2s) {
  EXPECT_EQ(byte_character(' '), U'Ġ');
  EXPECT_EQ(byte_character('\n'), U'Ċ');
  EXPECT_EQ(byte_character('a'), U'a');
  EXPECT_EQ(byte_character(0xC3), U'Ã');
  EXPECT_EQ(byte_character(0xAD), char32_t{0x143});  // the soft hyphen, the last of the 68
  std::set<char32_t> characters;
  for (int byte = 0; byte < 256; ++byte) {
    const char32_t code = byte_character(static_cast<std::uint8_t>(byte));
    characters.insert(code);
    EXPECT_EQ(byte_of_character(code), byte);
  }
  EXPECT_EQ(characters.size(), 256u);
  EXPECT_EQ(byte_of_character(U' '), std::nullopt);
  EXPECT_EQ(byte_of_character(0x144), std::nullopt);
  EXPECT_EQ(byte_of_character(U'北'), std::nullopt);
}

// The scanner is written by hand; the expression itself is the judge.
TEST(ByteLevel, WordsAreThoseOfTheExpression) {
  const RegularExpression expression(
      U"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
  std::uint32_t state = 1;
  const auto next = [&state](std::uint32_t end) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % end;
  };
  constexpr std::u32string_view common = U"  \n\tab'strevmld1½²é北!?—'' \u00a0\u0301\u2028";
  for (int k = 0; k < 20000; ++k) {
    std::u32string codes;
    for (std::uint32_t left = 1 + next(16); left > 0; --left) {
      char32_t code = common[next(static_cast<std::uint32_t>(common.size()))];
      if (next(6) == 0) code = next(0xD800);
      codes.push_back(code);
    }
    std::string text;
    for (const char32_t code : codes) append_utf8(code, text);
    const NormalizedText characters = align(text);
    std::vector<CharacterRange> words;
    append_byte_level_words(characters, {0, characters.size()}, words);
    ASSERT_EQ(words, expression.find_all(codes)) << text;
  }
}

}  // namespace
}  // namespace integrad
