#include "integrad/text/unigram.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;
using Pieces = std::vector<std::pair<std::string, double>>;

Unigram make(const Pieces& pieces, std::optional<std::int32_t> unknown = 0, bool bytes = false) {
  Unigram model;
  for (const auto& [piece, score] : pieces) {
    model.vocabulary.add(piece, static_cast<std::int32_t>(model.scores.size()));
    model.scores.push_back(score);
  }
  model.unknown_id = unknown;
  model.byte_fallback = bytes;
  model.prepare();
  return model;
}

std::vector<TextToken> tokenize(const Unigram& model, std::string_view word) {
  UnigramScratch scratch;
  std::vector<TextToken> tokens;
  model.tokenize(align(word), 0, scratch, tokens);
  return tokens;
}

Strings pieces(const Unigram& model, std::string_view word) {
  Strings result;
  for (const TextToken& token : tokenize(model, word)) result.emplace_back(token.piece);
  return result;
}

// The example of the reference's own documentation.
TEST(Unigram, TakesTheBestPath) {
  const Unigram model = make({{"<unk>", 0},
                              {"a", 0},
                              {"b", 0},
                              {"c", 0},
                              {"d", 0},
                              {"cd", 1},
                              {"ab", 2},
                              {"abc", 5},
                              {"abcd", 10}});
  EXPECT_EQ(pieces(model, "abcdacdxx"), Strings({"abcd", "a", "cd", "<unk>"}));
  EXPECT_EQ(tokenize(model, "abcdacdxx")[3].range, (ByteRange{7, 9}));
}

TEST(Unigram, TheFirstOfEqualPathsStays) {
  const Unigram model = make({{"<unk>", 0}, {"a", 1}, {"b", 1}, {"ab", 2}});
  EXPECT_EQ(pieces(model, "ab"), Strings({"ab"}));
  const Unigram other = make({{"<unk>", 0}, {"a", 1}, {"b", 1}, {"ab", 1}, {"bc", 2}, {"c", 2}});
  EXPECT_EQ(pieces(other, "abc"), Strings({"a", "b", "c"}));
}

TEST(Unigram, UnknownCharactersCostMoreThanTheWorstPiece) {
  const Unigram model = make({{"<unk>", 0}, {"a", -1}, {"xy", -9}});
  EXPECT_EQ(pieces(model, "axya"), Strings({"a", "xy", "a"}));
  EXPECT_EQ(pieces(model, "axéa"), Strings({"a", "<unk>", "a"}));
  EXPECT_EQ(pieces(model, "<unk>"), Strings({"<unk>"}));
}

TEST(Unigram, BytesStandInForUnknownCharacters) {
  const Unigram model = make({{"<unk>", 0}, {"a", -1}, {"<0xC3>", -5}, {"<0xA9>", -5}}, 0, true);
  EXPECT_EQ(pieces(model, "aé"), Strings({"a", "<0xC3>", "<0xA9>"}));
  EXPECT_EQ(tokenize(model, "aé")[2].range, (ByteRange{1, 3}));
  EXPECT_EQ(pieces(model, "éx"), Strings({"<unk>"}));
}

TEST(Unigram, WithoutUnknownTokenUnknownCharactersAreAnError) {
  const Unigram model = make({{"a", 0}}, std::nullopt);
  EXPECT_EQ(pieces(model, "aa"), Strings({"a", "a"}));
  EXPECT_THROW(tokenize(model, "b"), TokenizerError);
  EXPECT_THROW(make({{"a", 0}}, 1), TokenizerError);
}

TEST(Unigram, LongWordsTakeLinearTime) {
  const Unigram model = make({{"<unk>", 0}, {"a", -1}, {"aa", -1.5}, {"aaab", -1}});
  EXPECT_EQ(tokenize(model, repeat("a", 200000)).size(), 100000u);
}

}  // namespace
}  // namespace integrad
