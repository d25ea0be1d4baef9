#include "integrad/text/pre_tokenizer.h"

#include <gtest/gtest.h>

#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

Strings split(std::vector<PreTokenizerStep> steps, std::string_view text) {
  const NormalizedText characters = align(text);
  Words words;
  PreTokenizer{std::move(steps)}.split(characters, words);
  Strings result;
  for (std::size_t k = 0; k < words.size(); ++k) result.push_back(to_utf8(words[k]));
  return result;
}

PreTokenizerStep cut_at(std::string_view pattern, SplitBehavior behavior, bool invert = false) {
  return SplitPreTokenizer{Pattern(decode_all(pattern)), behavior, invert};
}

TEST(PreTokenizer, Bert) {
  const std::vector<PreTokenizerStep> bert{BertPreTokenizer{}};
  EXPECT_EQ(split(bert, ""), Strings());
  EXPECT_EQ(split(bert, " \t\n"), Strings());
  EXPECT_EQ(split(bert, "don't can't"), Strings({"don", "'", "t", "can", "'", "t"}));
  EXPECT_EQ(split(bert, "a...b"), Strings({"a", ".", ".", ".", "b"}));
  EXPECT_EQ(split(bert, "€4 £5™"), Strings({"€4", "£5™"}));
  EXPECT_EQ(split(bert, "…—«»。"), Strings({"…", "—", "«", "»", "。"}));
  EXPECT_EQ(split(bert, "a～b"), Strings({"a～b"}));
  EXPECT_EQ(split(bert, "a\u2E52b\u166Dc"), Strings({"a\u2E52b", "\u166D", "c"}));
}

TEST(PreTokenizer, Whitespace) {
  EXPECT_EQ(split({}, "a b."), Strings({"a b."}));
  EXPECT_EQ(split({WhitespacePreTokenizer{}}, "don't stop--now ½"),
            Strings({"don", "'", "t", "stop", "--", "now", "½"}));
  EXPECT_EQ(split({WhitespaceSplitPreTokenizer{}}, " a.b  c"), Strings({"a.b", "c"}));
  EXPECT_EQ(split({WhitespaceSplitPreTokenizer{}, PunctuationPreTokenizer{}}, "a.b !!"),
            Strings({"a", ".", "b", "!", "!"}));
}

TEST(PreTokenizer, PunctuationAndDigits) {
  const auto punctuation = [](SplitBehavior behavior) {
    return split({PunctuationPreTokenizer{behavior}}, "a?! b");
  };
  EXPECT_EQ(punctuation(SplitBehavior::isolated), Strings({"a", "?", "!", " b"}));
  EXPECT_EQ(punctuation(SplitBehavior::contiguous), Strings({"a", "?!", " b"}));
  EXPECT_EQ(split({DigitsPreTokenizer{false}}, "a12½ 3"), Strings({"a", "12½", " ", "3"}));
  EXPECT_EQ(split({DigitsPreTokenizer{true}}, "a12"), Strings({"a", "1", "2"}));
  EXPECT_EQ(split({DelimiterPreTokenizer{U'|'}}, "a||b|"), Strings({"a", "b"}));
  EXPECT_EQ(split({FixedLengthPreTokenizer{2}}, "éabcd"), Strings({"éa", "bc", "d"}));
}

TEST(PreTokenizer, SplitTreatsDelimitersAsAsked) {
  const std::string text = "the-final--countdown";
  EXPECT_EQ(split({cut_at("-", SplitBehavior::removed)}, text),
            Strings({"the", "final", "countdown"}));
  EXPECT_EQ(split({cut_at("-", SplitBehavior::isolated)}, text),
            Strings({"the", "-", "final", "-", "-", "countdown"}));
  EXPECT_EQ(split({cut_at("-", SplitBehavior::merged_with_previous)}, text),
            Strings({"the-", "final-", "-", "countdown"}));
  EXPECT_EQ(split({cut_at("-", SplitBehavior::merged_with_next)}, text),
            Strings({"the", "-final", "-", "-countdown"}));
  EXPECT_EQ(split({cut_at("-", SplitBehavior::contiguous)}, text),
            Strings({"the", "-", "final", "--", "countdown"}));
  EXPECT_EQ(split({cut_at("the", SplitBehavior::removed, true)}, text), Strings({"the"}));
}

TEST(PreTokenizer, SplitByRegularExpression) {
  const SplitPreTokenizer words{Pattern(RegularExpression(U"\\w+|[^\\w\\s]+")),
                                SplitBehavior::removed, true};
  EXPECT_EQ(split({words}, "How are you, 北京?"), Strings({"How", "are", "you", ",", "北京", "?"}));
}

TEST(PreTokenizer, ByteLevel) {
  const std::vector<PreTokenizerStep> plain{ByteLevelPreTokenizer{false, true}};
  EXPECT_EQ(
      split(plain, "Hello  my friend, it's 1st\n\n x "),
      Strings({"Hello", "Ġ", "Ġmy", "Ġfriend", ",", "Ġit", "'s", "Ġ1", "st", "ĊĊ", "Ġx", "Ġ"}));
  EXPECT_EQ(split(plain, "''s 'llx 'Re"), Strings({"''", "s", "Ġ'", "llx", "Ġ'", "Re"}));
  EXPECT_EQ(split({ByteLevelPreTokenizer{true, true}}, "é x"), Strings({"ĠÃ©", "Ġx"}));
  EXPECT_EQ(split({ByteLevelPreTokenizer{true, false}}, " a b"), Strings({"ĠaĠb"}));
}

TEST(PreTokenizer, Metaspace) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  const auto metaspace = [](Prepend prepend, std::string_view text, bool splits = true) {
    return split({MetaspacePreTokenizer{U'\u2581', prepend, splits}}, text);
  };
  EXPECT_EQ(metaspace(Prepend::always, "Hey friend"), Strings({"▁Hey", "▁friend"}));
  EXPECT_EQ(metaspace(Prepend::always, " a  b"), Strings({"▁a", "▁", "▁b"}));
  EXPECT_EQ(metaspace(Prepend::never, "Hey friend"), Strings({"Hey", "▁friend"}));
  EXPECT_EQ(metaspace(Prepend::always, "a b", false), Strings({"▁a▁b"}));
  // Only the word at the start of the text is the first.
  const PreTokenizerStep first = MetaspacePreTokenizer{U'\u2581', Prepend::first, true};
  EXPECT_EQ(split({WhitespaceSplitPreTokenizer{}, first}, "a b"), Strings({"▁a", "b"}));
}

TEST(PreTokenizer, InsertedCharactersShareThePlaceOfTheFirst) {
  const NormalizedText text = align("é b");
  Words words;
  PreTokenizer{{ByteLevelPreTokenizer{true, true}}}.split(text, words);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(original_range(words[0]), (ByteRange{0, 2}));
  EXPECT_EQ(original_range(words[0].first(1)), (ByteRange{0, 2}));
  EXPECT_EQ(original_range(words[1]), (ByteRange{2, 4}));
}

}  // namespace
}  // namespace integrad
