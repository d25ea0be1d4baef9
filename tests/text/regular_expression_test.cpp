#include "integrad/text/regular_expression.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "integrad/base/error.h"
#include "integrad/text/pattern.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Ranges = std::vector<CharacterRange>;

TEST(RegularExpression, FindsAllMatchesInCharacters) {
  const RegularExpression words(U"\\p{L}+");
  EXPECT_EQ(words.find_all(U"é, 北京 x"), (Ranges{{0, 1}, {3, 5}, {6, 7}}));
  EXPECT_EQ(words.find_all(U""), Ranges());
  const RegularExpression copy = words;
  EXPECT_EQ(copy.find_all(U"ab"), (Ranges{{0, 2}}));
  EXPECT_EQ(RegularExpression(U"(?i:'S)|\\s+(?!\\S)").find_all(U"a's  b"),
            (Ranges{{1, 3}, {3, 4}}));
}

// As Rust's iterator: an empty match does not stand where the one before it ends.
TEST(RegularExpression, EmptyMatches) {
  EXPECT_EQ(RegularExpression(U"b*").find_all(U"abb"), (Ranges{{0, 0}, {1, 3}}));
  EXPECT_EQ(RegularExpression(U"").find_all(U"ab"), (Ranges{{0, 0}, {1, 1}, {2, 2}}));
}

TEST(RegularExpression, KnowsCharactersOfUnicode16) {
  const RegularExpression letters(U"\\p{L}"), numbers(U"\\p{Nd}"), marks(U"\\p{M}");
  EXPECT_EQ(letters.find_all(U"\U00010D4A\U00031350\U0002EBF0\u0378").size(), 3u);
  EXPECT_EQ(numbers.find_all(U"\U00010D40\U0001E5F1").size(), 2u);
  EXPECT_EQ(marks.find_all(U"\u0897\U00010EFD").size(), 2u);
  EXPECT_EQ(RegularExpression(U"\\p{Lu}").find_all(U"\uA7CB\u1C8A").size(), 1u);
}

TEST(RegularExpression, RefusesWhatItCannotCompile) {
  EXPECT_THROW(RegularExpression(U"("), TokenizerError);
  EXPECT_THROW(RegularExpression(U"[z-a]"), TokenizerError);
  EXPECT_THROW(RegularExpression(U"\\p{NoSuchScript}"), TokenizerError);
  EXPECT_THROW(RegularExpression(std::u32string(20000, U'a')), TokenizerError);
  EXPECT_THROW(RegularExpression(std::u32string(5000, U'(') + std::u32string(5000, U')')),
               TokenizerError);
}

TEST(RegularExpression, HostilePatternsGiveUp) {
  const auto start = std::chrono::steady_clock::now();
  const std::u32string text = std::u32string(200, U'a') + U"!";
  EXPECT_THROW(RegularExpression(U"(a+)+$").find_all(text), TokenizerError);
  EXPECT_THROW(RegularExpression(U"(a|aa)+$").find_all(text), TokenizerError);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST(RegularExpression, LongHonestTextsDoNot) {
  const std::u32string spaces(200000, U' ');
  EXPECT_EQ(RegularExpression(U"\\s+(?!\\S)|\\s+").find_all(spaces), (Ranges{{0, 200000}}));
  EXPECT_EQ(RegularExpression(U" {2,}").find_all(spaces + U"x"), (Ranges{{0, 200000}}));
}

TEST(RegularExpression, IsShareable) {
  const RegularExpression expression(U"\\w+");
  std::vector<std::size_t> counts(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : counts) {
    threads.emplace_back([&count, &expression] {
      for (int k = 0; k < 200; ++k) count += expression.find_all(U"one two three").size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counts, std::vector<std::size_t>(4, 600));
}

TEST(Pattern, StringsAreLiteral) {
  EXPECT_EQ(Pattern(U"a.").find_all(U"ab a. a."), (Ranges{{3, 5}, {6, 8}}));
  EXPECT_EQ(Pattern(U"aa").find_all(U"aaaaa"), (Ranges{{0, 2}, {2, 4}}));
  EXPECT_EQ(Pattern(U"").find_all(U"ab"), (Ranges{{0, 0}, {1, 1}, {2, 2}}));
}

}  // namespace
}  // namespace integrad
