#include "integrad/text/bpe.h"

#include <gtest/gtest.h>

#include <chrono>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

Bpe make(const Strings& pieces,
         const std::vector<std::pair<std::string, std::string>>& merges = {}) {
  Bpe model;
  std::int32_t id = 0;
  for (const std::string& piece : pieces) model.vocabulary.add(piece, id++);
  std::uint32_t rank = 0;
  for (const auto& [left, right] : merges) model.add_merge(left, right, rank++);
  model.prepare();
  return model;
}

std::vector<TextToken> tokenize(const Bpe& model, std::string_view word) {
  BpeScratch scratch;
  std::vector<TextToken> tokens;
  model.tokenize(align(word), 0, scratch, tokens);
  return tokens;
}

Strings pieces(const Bpe& model, std::string_view word) {
  Strings result;
  for (const TextToken& token : tokenize(model, word)) result.emplace_back(token.piece);
  return result;
}

TEST(Bpe, MergesTheLowestRankFirst) {
  const Bpe model = make({"a", "b", "c", "é", "ab", "bc", "abc", "éa"},
                         {{"b", "c"}, {"a", "b"}, {"ab", "c"}, {"é", "a"}});
  EXPECT_EQ(pieces(model, "abc"), Strings({"a", "bc"}));
  EXPECT_EQ(pieces(model, "abab"), Strings({"ab", "ab"}));
  EXPECT_EQ(pieces(model, "éab"), Strings({"é", "ab"}));
  const auto tokens = tokenize(model, "béa");
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(tokens[1].range, (ByteRange{1, 4}));
}

TEST(Bpe, TiesGoToTheLeft) {
  const Bpe model = make({"a", "aa"}, {{"a", "a"}});
  EXPECT_EQ(pieces(model, "aaaaa"), Strings({"aa", "aa", "a"}));
}

TEST(Bpe, PrefixAndSuffix) {
  Bpe model;
  model.continuing_prefix = "##";
  model.end_suffix = "</w>";
  std::int32_t id = 0;
  for (const char* piece : {"a", "##b", "##c</w>", "ab", "abc</w>", "a</w>"}) {
    model.vocabulary.add(piece, id++);
  }
  model.add_merge("a", "##b", 0);
  model.add_merge("ab", "##c</w>", 1);
  model.prepare();
  EXPECT_EQ(pieces(model, "abc"), Strings({"abc</w>"}));
  EXPECT_EQ(pieces(model, "a"), Strings({"a</w>"}));
}

TEST(Bpe, UnknownCharacters) {
  Bpe model = make({"<unk>", "a"});
  EXPECT_EQ(pieces(model, "xay"), Strings({"a"}));  // they vanish
  model.unknown_token = "<unk>";
  EXPECT_EQ(pieces(model, "xyaz"), Strings({"<unk>", "<unk>", "a", "<unk>"}));
  model.fuse_unknown = true;
  EXPECT_EQ(pieces(model, "xyaz"), Strings({"<unk>", "a", "<unk>"}));
  EXPECT_EQ(tokenize(model, "北éa")[0].range, (ByteRange{0, 5}));
  model.unknown_token = "absent";
  EXPECT_THROW(tokenize(model, "x"), TokenizerError);
}

TEST(Bpe, BytesStandInForUnknownCharacters) {
  Bpe model = make({"<unk>", "a", "<0xC3>", "<0xA9>"});
  model.unknown_token = "<unk>";
  model.byte_fallback = true;
  EXPECT_EQ(pieces(model, "éax"), Strings({"<0xC3>", "<0xA9>", "a", "<unk>"}));
  EXPECT_EQ(tokenize(model, "é")[1].range, (ByteRange{0, 2}));
}

TEST(Bpe, WholeWords) {
  Bpe model = make({"a", "b", "ab"});
  EXPECT_EQ(pieces(model, "ab"), Strings({"a", "b"}));
  model.ignore_merges = true;
  EXPECT_EQ(pieces(model, "ab"), Strings({"ab"}));
}

TEST(Bpe, MergesNeedTheirPieces) {
  Bpe model = make({"a", "b"});
  const std::string message = message_of<TokenizerError>([&] { model.add_merge("a", "b", 0); });
  EXPECT_NE(message.find("'ab'"), std::string::npos) << message;
}

TEST(Bpe, LongWordsTakeLittleTime) {
  const Bpe model = make({"a", "aa", "aaaa"}, {{"a", "a"}, {"aa", "aa"}});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(tokenize(model, repeat("a", 400000)).size(), 100000u);
  // A search for the best pair over the whole word at each merge would take hours.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(MergeTable, KeepsTheLastOfAPair) {
  MergeTable merges;
  EXPECT_EQ(merges.find(1, 2), nullptr);
  for (std::uint32_t k = 0; k < 1000; ++k) merges.add(k, 7 * k, {k, k + 1});
  merges.add(3, 21, {5000, 1});
  ASSERT_NE(merges.find(3, 21), nullptr);
  EXPECT_EQ(merges.find(3, 21)->rank, 5000u);
  EXPECT_EQ(merges.find(999, 6993)->result, 1000u);
  EXPECT_EQ(merges.find(999, 6994), nullptr);
}

}  // namespace
}  // namespace integrad
