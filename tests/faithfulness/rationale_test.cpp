// Every way to write a rationale down, and the tokens that it touches.
#include "integrad/faithfulness/rationale.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

const std::string text = "Caf\u00e9 noir,  utterly dull \u2014 avoid";

TEST(Rationale, TheSameInAllForms) {
  const Rationale expected{{13, 25}};  // bytes of "utterly dull": é has two
  EXPECT_EQ(read_rationale(CharacterRanges{{12, 24}}, text), expected);
  EXPECT_EQ(read_rationale(Phrases{"utterly dull"}, text), expected);
  const Rationale words{{13, 20}, {21, 25}};
  EXPECT_EQ(read_rationale(WordMarks{0, 0, 1, 1, 0, 0}, text), words);
  EXPECT_EQ(read_rationale(CharacterRanges{}, text), Rationale{});
}

TEST(Rationale, RefusesWhatTheTextHasNot) {
  const auto refused = [](const WrittenRationale& written, const std::string& part) {
    try {
      read_rationale(written, text);
      ADD_FAILURE() << "not refused: " << part;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refused(CharacterRanges{{30, 35}}, "[30, 35] is no range of the text's 32 characters");
  refused(CharacterRanges{{5, 5}}, "no range");
  refused(CharacterRanges{{-1, 5}}, "no range");
  refused(WordMarks{0, 1}, "marks 2 words, the text has 6");
  refused(WordMarks{0, 0, 2, 0, 0, 0}, "found 2");
  refused(Phrases{"boring"}, "does not have \"boring\"");
  refused(Phrases{""}, "does not have \"\"");
}

TEST(Rationale, ShareOfTheWords) {
  const Rationale two = read_rationale(Phrases{"tterly dul"}, text);
  EXPECT_DOUBLE_EQ(marked_share(two, text), 2.0 / 6);
  EXPECT_EQ(marked_share({}, "  "), 0);
  // Texts without one do not count.
  const std::vector<Rationale> rationales{two, {}, read_rationale(WordMarks{1}, "dull")};
  const std::vector<TextInput> texts{{text, {}}, {"fine", {}}, {"dull", {}}};
  EXPECT_DOUBLE_EQ(mean_marked_share(rationales, texts), (2.0 / 6 + 1) / 2);
}

TEST(Rationale, TokensThatItTouches) {
  std::vector<TokenAttribution> tokens(5);
  tokens[0].special = true;
  tokens[1].start = 0, tokens[1].end = 4;
  tokens[2].start = 4, tokens[2].end = 8;
  tokens[3].start = 8, tokens[3].end = 12;
  tokens[4].start = 4, tokens[4].end = 8, tokens[4].segment = 1;  // of the second text
  EXPECT_EQ(marked_tokens({{5, 6}}, tokens), (std::vector<bool>{false, false, true, false, false}));
  EXPECT_EQ(marked_tokens({{3, 9}}, tokens), (std::vector<bool>{false, true, true, true, false}));
  EXPECT_EQ(marked_tokens({{0, 4}}, tokens), (std::vector<bool>{false, true, false, false, false}));
}

}  // namespace
}  // namespace integrad
