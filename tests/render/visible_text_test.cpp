#include "integrad/render/visible_text.h"

#include <gtest/gtest.h>

namespace integrad {
namespace {

TEST(VisibleText, OrdinaryTextStays) {
  const std::string text = "Grüße, 世界 مرحبا 🙂❤️ a\tb\n";
  EXPECT_EQ(visible_text(text, Lines::keep), text);
}

TEST(VisibleText, ControlsAreShown) {
  EXPECT_EQ(visible_text(std::string_view("\0\x1b[0m\b\x7f", 7), Lines::keep), "␀␛[0m␈␡");
  EXPECT_EQ(visible_text("a\r\nb\rc", Lines::keep), "a\nb␍c");
  EXPECT_EQ(visible_text("a\r\nb\tc", Lines::show), "a␍␊b␉c");
  EXPECT_EQ(visible_text("\u009b\u0085", Lines::keep), "⟨U+009B⟩⟨U+0085⟩");
}

TEST(VisibleText, BidirectionalControlsAreShown) {
  for (const char* control : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
                              "\u2068", "\u2069", "\u2028", "\u2029"}) {
    EXPECT_EQ(visible_text(control, Lines::keep).substr(0, 7), "⟨U+20") << control;
  }
}

TEST(VisibleText, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(visible_text("a\xff"
                         "b",
                         Lines::keep),
            "a\uFFFDb");
  EXPECT_EQ(visible_text("\xc3", Lines::keep), "\uFFFD");
  EXPECT_EQ(visible_text("\xc0\xbc", Lines::keep), "\uFFFD\uFFFD");            // overlong '<'
  EXPECT_EQ(visible_text("\xed\xa0\x80", Lines::keep), "\uFFFD\uFFFD\uFFFD");  // surrogate
}

TEST(VisibleText, StartIsCutBetweenCharacters) {
  EXPECT_EQ(start_of("世界世界", 2), "世界…");
  EXPECT_EQ(start_of("ab", 2), "ab");
  EXPECT_EQ(start_of("a\nb", 9), "a␊b");
}

}  // namespace
}  // namespace integrad
