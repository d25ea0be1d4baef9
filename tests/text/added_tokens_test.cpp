#include "integrad/text/added_tokens.h"

#include <gtest/gtest.h>

#include "tests/text/support.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;

AddedToken raw(const std::string& content) {
  AddedToken token;
  token.content = content;
  token.normalized = false;
  return token;
}

// The segments of a text, added tokens in <angle brackets>.
Strings split(const std::vector<AddedToken>& tokens, std::string_view text, bool normalized = false,
              bool ignore_special = false) {
  AddedTokens added;
  for (const AddedToken& token : tokens) added.add(token, Vocabulary());
  added.prepare(Normalizer{{LowercaseNormalizer{}}}, ignore_special);
  const NormalizedText characters = align(text);
  Strings result;
  std::size_t position = 0;
  for (const AddedTokenSegment& segment : added.split(characters, normalized)) {
    EXPECT_EQ(segment.start, position);
    position = segment.end;
    const std::string piece =
        to_utf8(NormalizedSpan(characters).subspan(segment.start, segment.end - segment.start));
    result.push_back(segment.token < 0 ? piece : "<" + piece + ">");
  }
  EXPECT_EQ(position, characters.size());
  return result;
}

TEST(AddedTokens, LeftmostLongest) {
  EXPECT_EQ(split({}, "abc"), Strings({"abc"}));
  EXPECT_EQ(split({raw("ab")}, ""), Strings());
  EXPECT_EQ(split({raw("[SEP]")}, "a[SEP]b"), Strings({"a", "<[SEP]>", "b"}));
  EXPECT_EQ(split({raw("[SEP]")}, "[sep][SEP"), Strings({"[sep][SEP"}));
  EXPECT_EQ(split({raw("ab"), raw("abc"), raw("bcd")}, "xabcd"), Strings({"x", "<abc>", "d"}));
  EXPECT_EQ(split({raw("ab"), raw("abxyz")}, "abxy"), Strings({"<ab>", "xy"}));
  EXPECT_EQ(split({raw("aa")}, "aaaaa"), Strings({"<aa>", "<aa>", "a"}));
  EXPECT_EQ(split({raw("北京"), raw("é")}, "é北京x"), Strings({"<é>", "<北京>", "x"}));
  EXPECT_EQ(split({raw("")}, "abc"), Strings({"abc"}));
}

TEST(AddedTokens, SingleWord) {
  AddedToken token = raw("ab");
  token.single_word = true;
  EXPECT_EQ(split({token}, "ab ab."), Strings({"<ab>", " ", "<ab>", "."}));
  EXPECT_EQ(split({token}, "xab ab7 _ab éab ab\u0301"), Strings({"xab ab7 _ab éab ab\u0301"}));
  EXPECT_EQ(split({token}, "abab -ab-"), Strings({"abab -", "<ab>", "-"}));
}

TEST(AddedTokens, StripsWhiteSpace) {
  AddedToken left = raw("<m>");
  left.lstrip = true;
  AddedToken right = raw("<r>");
  right.rstrip = true;
  EXPECT_EQ(split({left}, "a \t<m> b"), Strings({"a", "< \t<m>>", " b"}));
  EXPECT_EQ(split({right}, "a <r>\u3000\nb"), Strings({"a ", "<<r>\u3000\n>", "b"}));
  EXPECT_EQ(split({left, right}, "<r>  <m>"), Strings({"<<r>  >", "<<m>>"}));
}

TEST(AddedTokens, NormalizedOnesMatchTheirNormalForm) {
  AddedToken token = raw("ABC");
  token.normalized = true;
  EXPECT_EQ(split({token}, "xabc", true), Strings({"x", "<abc>"}));
  EXPECT_EQ(split({token}, "xABC", false), Strings({"xABC"}));
}

TEST(AddedTokens, SpecialOnesCanBeIgnored) {
  AddedToken token = raw("[SEP]");
  token.special = true;
  EXPECT_EQ(split({token, raw("ab")}, "ab[SEP]", false, true), Strings({"<ab>", "[SEP]"}));
}

TEST(AddedTokens, IdsComeFromTheVocabularyOrAreTheNextFree) {
  Vocabulary vocabulary;
  vocabulary.add("known", 3);
  vocabulary.add("other", 8);
  AddedTokens added;
  added.add(raw("new"), vocabulary);  // as many as the vocabulary has pieces: 2
  added.add(raw("known"), vocabulary);
  added.add(raw("newer"), vocabulary);
  AddedToken again = raw("new");
  again.special = true;
  added.add(again, vocabulary);
  EXPECT_EQ(added.size(), 3u);
  EXPECT_EQ(added.id("new"), 2);
  EXPECT_EQ(added.id("known"), 3);
  EXPECT_EQ(added.id("newer"), 4);
  EXPECT_EQ(added.id("absent"), std::nullopt);
  EXPECT_EQ(added.id_end(), 5);
  EXPECT_TRUE(added.token(0).special);
  EXPECT_EQ(added.content(4), "newer");
  EXPECT_EQ(added.content(0), std::nullopt);
}

}  // namespace
}  // namespace integrad
