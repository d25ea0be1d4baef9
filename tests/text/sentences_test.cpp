#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer.h"

namespace integrad {
namespace {

std::vector<std::string> sentences(const std::string& text) {
  std::vector<std::string> result;
  std::ptrdiff_t position = 0;
  for (const ByteRange range : split_sentences(text)) {
    EXPECT_EQ(range.start, position);
    position = range.end;
    result.push_back(text.substr(static_cast<std::size_t>(range.start),
                                 static_cast<std::size_t>(range.end - range.start)));
  }
  EXPECT_EQ(position, static_cast<std::ptrdiff_t>(text.size()));
  return result;
}

using Strings = std::vector<std::string>;

TEST(Sentences, CoverTheText) {
  EXPECT_EQ(sentences(""), Strings());
  EXPECT_EQ(sentences("no full stop"), Strings({"no full stop"}));
  EXPECT_EQ(sentences("It was bad. Really?  Yes!"), Strings({"It was bad. ", "Really?  ", "Yes!"}));
  EXPECT_EQ(sentences("Only 3.5 of 5 etc. points."), Strings({"Only 3.5 of 5 etc. points."}));
  EXPECT_EQ(sentences("Über. Éric kam."), Strings({"Über. ", "Éric kam."}));
  EXPECT_EQ(sentences("很好。不错！"), Strings({"很好。", "不错！"}));
  EXPECT_EQ(sentences("one\ntwo"), Strings({"one\n", "two"}));
}

TEST(Sentences, RefuseWhatIsNotUtf8) { EXPECT_THROW(split_sentences("a\xFF"), TokenizerError); }

}  // namespace
}  // namespace integrad
