#include "integrad/text/unicode.h"

#include <gtest/gtest.h>

#include <functional>

namespace integrad {
namespace {

int count(const std::function<bool(char32_t)>& property) {
  int number = 0;
  for (char32_t code = 0; code < 0x110000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    if (property(code)) ++number;
  }
  return number;
}

// The counts are those of the tables in unicode_categories 0.1.1 (Unicode 8) and of the \w of
// Rust's regex crate (Unicode 16).
TEST(Unicode, TablesHaveTheSizeOfTheReference) {
  EXPECT_EQ(count(is_nonspacing_mark), 1567);
  EXPECT_EQ(count(is_punctuation), 717 + 9);  // "$+<=>^`|~" are ASCII punctuation but not P*
  EXPECT_EQ(count(is_control_or_format), 65 + 150 + 6400 + 2 * 65534);
  EXPECT_EQ(count(is_white_space), 25);
}

TEST(Unicode, CategoriesAreThoseOfUnicode8) {
  EXPECT_TRUE(is_nonspacing_mark(0x0301));
  EXPECT_TRUE(is_nonspacing_mark(0x1734));   // Mc today
  EXPECT_FALSE(is_nonspacing_mark(0x1885));  // Lo in Unicode 8
  EXPECT_FALSE(is_nonspacing_mark(0x1AC0));  // newer
  EXPECT_FALSE(is_nonspacing_mark(0x0898));  // newer
  EXPECT_TRUE(is_punctuation(0x166D));       // So today
  EXPECT_FALSE(is_punctuation(0x2E52));      // newer
  EXPECT_FALSE(is_punctuation(0x20AC));      // the euro sign is a symbol
  EXPECT_TRUE(is_punctuation('$'));
  EXPECT_TRUE(is_control_or_format(0x00AD));
  EXPECT_TRUE(is_control_or_format(0xE000));
  EXPECT_TRUE(is_control_or_format(0xE0041));
  EXPECT_FALSE(is_control_or_format(0x08E2));   // Cf since Unicode 9
  EXPECT_FALSE(is_control_or_format(0x110CD));  // Cf since Unicode 11
  EXPECT_FALSE(is_control_or_format(0x0378));   // unassigned
  EXPECT_FALSE(is_control_or_format(0xFFFF));   // noncharacter
}

TEST(Unicode, WordCharacters) {
  for (const char32_t code : {U'a', U'_', U'7', U'é', U'北', U'\u0301', U'\u200D', U'\U000113BD'}) {
    EXPECT_TRUE(is_word_character(code)) << static_cast<unsigned>(code);
  }
  for (const char32_t code : {U' ', U'-', U'½', U'€', U'。', U'\u0378'}) {
    EXPECT_FALSE(is_word_character(code)) << static_cast<unsigned>(code);
  }
}

TEST(Unicode, DecompositionIsFullAndOfUnicode9) {
  const CharacterSequence e = canonical_decomposition(U'é');
  ASSERT_EQ(e.size, 2);
  EXPECT_EQ(e.codes[0], U'e');
  EXPECT_EQ(e.codes[1], 0x301u);
  const CharacterSequence s = canonical_decomposition(0x1E69);  // s with dots below and above
  ASSERT_EQ(s.size, 3);
  EXPECT_EQ(s.codes[1], 0x323u);
  EXPECT_EQ(canonical_decomposition(0xAC01).size, 3);   // Hangul
  EXPECT_EQ(canonical_decomposition(0xFB01).size, 1);   // compatibility only
  EXPECT_EQ(canonical_decomposition(0x11938).size, 1);  // decomposes, but is of Unicode 13
  EXPECT_EQ(canonical_decomposition(0x212B).codes[0], U'A');
  EXPECT_EQ(combining_class(0x301), 230);
  EXPECT_EQ(combining_class(0x1AC0), 0);  // newer than Unicode 9
}

TEST(Unicode, LowercaseHasNoContext) {
  EXPECT_EQ(lowercase(U'Σ').codes[0], U'σ');
  EXPECT_EQ(lowercase(U'ẞ').codes[0], U'ß');
  EXPECT_EQ(lowercase(0x212A).codes[0], U'k');
  EXPECT_EQ(lowercase(0x2126).codes[0], U'ω');
  const CharacterSequence dotted = lowercase(0x130);
  ASSERT_EQ(dotted.size, 2);
  EXPECT_EQ(dotted.codes[0], U'i');
  EXPECT_EQ(dotted.codes[1], 0x307u);
  EXPECT_EQ(lowercase(0x10D50).codes[0], 0x10D70u);  // Unicode 16
  EXPECT_EQ(lowercase(0xA7CB).codes[0], 0x264u);
  EXPECT_EQ(lowercase(0x16EA0).codes[0], 0x16EBBu);  // Unicode 17
  // 1488 characters of Unicode 17 have a lowercase of their own.
  EXPECT_EQ(count([](char32_t code) {
              const CharacterSequence lower = lowercase(code);
              return lower.size > 1 || lower.codes[0] != code;
            }),
            1488);
}

}  // namespace
}  // namespace integrad
