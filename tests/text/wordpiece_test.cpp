#include "integrad/text/wordpiece.h"

#include <gtest/gtest.h>

#include <chrono>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

WordPiece make(const Strings& pieces) {
  WordPiece model;
  std::int32_t id = 0;
  for (const std::string& piece : pieces) model.vocabulary.add(piece, id++);
  return model;
}

std::vector<TextToken> tokenize(const WordPiece& model, std::string_view word) {
  WordPieceScratch scratch;
  std::vector<TextToken> tokens;
  model.tokenize(align(word), 0, scratch, tokens);
  return tokens;
}

Strings pieces(const WordPiece& model, std::string_view word) {
  Strings result;
  for (const TextToken& token : tokenize(model, word)) result.emplace_back(token.piece);
  return result;
}

TEST(WordPiece, TakesTheLongestPieceFromTheLeft) {
  const WordPiece model = make({"[UNK]", "un", "##want", "##ed", "##w", "want", "é", "##é", "##t"});
  EXPECT_EQ(pieces(model, "unwanted"), Strings({"un", "##want", "##ed"}));
  EXPECT_EQ(pieces(model, "want"), Strings({"want"}));
  EXPECT_EQ(pieces(model, "éé"), Strings({"é", "##é"}));
  EXPECT_EQ(pieces(model, "unwantedX"), Strings({"[UNK]"}));  // stuck at the end: all unknown
  EXPECT_EQ(pieces(model, "##want"), Strings({"##want"}));    // as the reference has it
  const auto tokens = tokenize(model, "unét");
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[1].range, (ByteRange{2, 4}));
  EXPECT_EQ(tokens[2].range, (ByteRange{4, 5}));
}

TEST(WordPiece, LongWordsAreUnknown) {
  WordPiece model = make({"[UNK]", "a", "##a", "é", "##é"});
  EXPECT_EQ(pieces(model, repeat("a", 100)).size(), 100u);
  EXPECT_EQ(pieces(model, repeat("a", 101)), Strings({"[UNK]"}));
  EXPECT_EQ(pieces(model, repeat("é", 100)).size(), 100u);  // characters, not bytes
  model.longest_word = 3;
  EXPECT_EQ(pieces(model, "aaaa"), Strings({"[UNK]"}));
}

TEST(WordPiece, MissingUnknownTokenIsAnErrorWhenNeeded) {
  const WordPiece model = make({"a"});
  EXPECT_EQ(pieces(model, "a"), Strings({"a"}));
  EXPECT_THROW(tokenize(model, "b"), TokenizerError);
}

TEST(WordPiece, LongWordsTakeLinearTime) {
  WordPiece model = make({"[UNK]", "a", "##a", "##ab"});
  model.longest_word = 1u << 30;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(tokenize(model, repeat("a", 2000000)).size(), 2000000u);
  // A search from the far end of the word would take hours.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(Vocabulary, FindsPiecesAndIds) {
  Vocabulary vocabulary;
  EXPECT_FALSE(vocabulary.find("a"));
  for (int k = 0; k < 5000; ++k) vocabulary.add("piece " + std::to_string(k), 5000 - k);
  vocabulary.add("piece 7", 9000);  // the last one counts
  vocabulary.add("", 9001);
  vocabulary.index_ids();
  EXPECT_EQ(vocabulary.size(), 5001u);
  EXPECT_EQ(vocabulary.id("piece 4999"), 1);
  EXPECT_EQ(vocabulary.id("piece 7"), 9000);
  EXPECT_EQ(vocabulary.id(""), 9001);
  EXPECT_FALSE(vocabulary.id("piece"));
  EXPECT_EQ(vocabulary.id_end(), 9002);
  EXPECT_EQ(vocabulary.longest(), 10u);
  EXPECT_EQ(vocabulary.piece(*vocabulary.position_of_id(1)), "piece 4999");
  EXPECT_FALSE(vocabulary.position_of_id(4993));
  const std::uint64_t state = Vocabulary::hash(Vocabulary::seed, "piece ");
  EXPECT_TRUE(vocabulary.find(Vocabulary::hash(state, "12"), "piece ", "12"));
}

}  // namespace
}  // namespace integrad
