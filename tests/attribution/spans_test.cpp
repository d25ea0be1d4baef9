#include "integrad/attribution/spans.h"

#include <gtest/gtest.h>

#include <random>

#include "integrad/base/error.h"

namespace integrad {
namespace {

using Texts = std::vector<std::string_view>;

TokenAttribution piece(Index start, Index end, Index word, double attribution, int segment = 0) {
  return {.token = "piece",
          .start = start,
          .end = end,
          .word = word,
          .segment = segment,
          .attribution = attribution};
}

TokenAttribution special(double attribution) {
  return {.token = "[SEP]", .word = {}, .special = true, .attribution = attribution};
}

template <class Item>
double sum(const std::vector<Item>& items) {
  double total = 0;
  for (const Item& item : items) total += item.attribution;
  return total;
}

TEST(Spans, PiecesOfAWordAreOneSpan) {
  const std::vector<TokenAttribution> tokens = {
      special(0.5), piece(0, 3, 0, 0.25), piece(3, 7, 0, -0.5), piece(8, 11, 1, 1), special(0.125)};
  const auto words = sum_over_words(tokens, Texts{"dislike you"});
  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words[0], (SpanAttribution{"", 0, 0, 0, true, 0, 1, 0.5}));
  EXPECT_EQ(words[1], (SpanAttribution{"dislike", 0, 7, 0, false, 1, 3, -0.25}));
  EXPECT_EQ(words[2], (SpanAttribution{"you", 8, 11, 0, false, 3, 4, 1}));
  EXPECT_EQ(words[3], (SpanAttribution{"", 0, 0, 0, true, 4, 5, 0.125}));
}

TEST(Spans, UnknownWordKeepsTheUsersCharacters) {
  const std::vector<TokenAttribution> tokens = {
      {.token = "[UNK]", .id = 100, .start = 2, .end = 8, .word = 0, .attribution = 0.5}};
  EXPECT_EQ(sum_over_words(tokens, Texts{"  مذهل"})[0].text,
            std::string_view("  مذهل").substr(2, 6));
}

TEST(Spans, SpecialTokensSideBySideStayApart) {
  const std::vector<TokenAttribution> tokens = {piece(0, 1, 0, 1), special(0.25), special(0.5),
                                                piece(0, 1, 0, 2, 1)};
  const auto words = sum_over_words(tokens, Texts{"a", "b"});
  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words[1].attribution, 0.25);
  EXPECT_EQ(words[2].attribution, 0.5);
}

TEST(Spans, WordsOfAPairDoNotMix) {
  // Both texts have a word 0; no special token stands between.
  const std::vector<TokenAttribution> tokens = {piece(0, 1, 0, 1), piece(0, 2, 0, 2, 1)};
  const auto words = sum_over_words(tokens, Texts{"a", "bc"});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].text, "a");
  EXPECT_EQ(words[1].text, "bc");
  EXPECT_EQ(words[1].segment, 1);
}

TEST(Spans, SentencesByFirstByte) {
  const std::string_view text = "One two. Three";
  const std::vector<TokenAttribution> tokens = {special(0.5),       piece(0, 3, 0, 1),
                                                piece(4, 7, 1, 2),  piece(7, 8, 2, 4),
                                                piece(9, 14, 3, 8), special(0.25)};
  const std::vector<std::vector<ByteRange>> sentences = {{{0, 9}, {9, 14}}};
  const auto spans = sum_over_sentences(tokens, Texts{text}, sentences);
  ASSERT_EQ(spans.size(), 4U);
  EXPECT_EQ(spans[1], (SpanAttribution{"One two.", 0, 8, 0, false, 1, 4, 7}));
  EXPECT_EQ(spans[2], (SpanAttribution{"Three", 9, 14, 0, false, 4, 5, 8}));
}

TEST(Spans, TokenAcrossTwoSentencesBelongsToTheFirst) {
  const std::vector<TokenAttribution> tokens = {piece(0, 2, 0, 1), piece(2, 6, 1, 2),
                                                piece(6, 8, 2, 4)};
  const std::vector<std::vector<ByteRange>> sentences = {{{0, 4}, {4, 8}}};
  const auto spans = sum_over_sentences(tokens, Texts{"abcdefgh"}, sentences);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].text, "abcdef");
  EXPECT_EQ(spans[0].attribution, 3);
}

TEST(Spans, TokenWithoutCharactersDoesNotWidenItsSpan) {
  const std::vector<TokenAttribution> tokens = {piece(0, 0, 3, 1), piece(4, 6, 3, 2),
                                                piece(0, 0, 3, 4)};
  const auto words = sum_over_words(tokens, Texts{"abcdefgh"});
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].text, "ef");
  EXPECT_EQ(words[0].attribution, 7);
}

// Random cuts of a random text: every token is in exactly one span, and the sums agree.
TEST(Spans, AreCompleteForAnyTokens) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> score(-1, 1);
  const std::string text(400, 'x');
  for (int round = 0; round < 200; ++round) {
    std::vector<TokenAttribution> tokens = {special(score(random))};
    for (int segment = 0; segment < 2; ++segment) {
      Index word = 0;
      for (Index at = 0; at < 390;) {
        const Index end = at + 1 + static_cast<Index>(random() % 9);
        tokens.push_back(piece(at, end, word, score(random), segment));
        if (random() % 3 != 0) ++word;
        at = end + static_cast<Index>(random() % 2);
      }
      tokens.push_back(special(score(random)));
    }
    const std::vector<ByteRange> ranges = {{0, 50}, {50, 57}, {57, 300}, {300, 400}};
    const std::vector<std::vector<ByteRange>> sentences = {ranges, ranges};
    const Texts texts = {text, text};
    for (const auto& spans :
         {sum_over_words(tokens, texts), sum_over_sentences(tokens, texts, sentences)}) {
      Index next = 0;
      for (const SpanAttribution& span : spans) {
        EXPECT_EQ(span.first_token, next);
        double exact = 0;  // the same summation, in the order of the tokens
        for (Index i = span.first_token; i < span.last_token; ++i) exact += tokens[i].attribution;
        EXPECT_EQ(span.attribution, exact);
        EXPECT_EQ(static_cast<Index>(span.text.size()), span.end - span.start);
        next = span.last_token;
      }
      EXPECT_EQ(next, static_cast<Index>(tokens.size()));
      EXPECT_NEAR(sum(spans), sum(tokens), 1e-13);  // other order of some 150 terms below 1
    }
  }
}

TEST(Spans, RefusesTokensOutsideOfTheirText) {
  EXPECT_THROW(sum_over_words(std::vector{piece(0, 4, 0, 1)}, Texts{"abc"}), UsageError);
  EXPECT_THROW(sum_over_words(std::vector{piece(2, 1, 0, 1)}, Texts{"abc"}), UsageError);
  EXPECT_THROW(sum_over_words(std::vector{piece(0, 1, 0, 1, 1)}, Texts{"abc"}), UsageError);
  EXPECT_THROW(sum_over_sentences({}, Texts{"abc"}, {}), UsageError);
}

TEST(Spans, GranularityNames) {
  EXPECT_EQ(parse_granularity("token"), Granularity::token);
  EXPECT_EQ(parse_granularity("word"), Granularity::word);
  EXPECT_EQ(parse_granularity("sentence"), Granularity::sentence);
  EXPECT_THROW(parse_granularity("Words"), UsageError);
}

}  // namespace
}  // namespace integrad
