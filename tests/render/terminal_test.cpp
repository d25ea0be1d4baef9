#include "integrad/render/terminal.h"

#include <gtest/gtest.h>

#include <regex>

#include "integrad/base/error.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

TEST(Terminal, TextCannotDriveTheTerminal) {
  for (const ColourDepth depth :
       {ColourDepth::none, ColourDepth::ansi256, ColourDepth::truecolor}) {
    Explanation e = example::hostile();
    std::string every;
    for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
    e.text += every;
    e.predicted += every;
    e.target = "label\x1b]0;title\a\r\n" + every;
    e.target_id = 1;
    const std::string sent = without_colours(render_terminal(e, {.colours = depth}));
    for (const char c : sent) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << int{c};
      EXPECT_NE(c, '\x7f');
    }
    EXPECT_FALSE(std::regex_search(sent, std::regex("\xc2[\x80-\x9f]")));  // C1
    EXPECT_FALSE(contains(sent, "\u202e"));
    EXPECT_TRUE(contains(sent, "␛[31mred"));
  }
}

TEST(Terminal, ShowsTheUsersOwnText) {
  const ExplanationDocument document = example::document();
  const Explanation& review = document.explanations[4];
  for (const auto granularity : {Granularity::token, Granularity::word, Granularity::sentence}) {
    const std::string block =
        render_terminal(review, {.colours = ColourDepth::truecolor, .granularity = granularity});
    EXPECT_TRUE(contains(without_colours(block), review.text));
    EXPECT_FALSE(std::regex_search(block, std::regex("m[^\x1b\n]*\n[^\n]*\x1b\\[0m\x1b")));
  }
  EXPECT_TRUE(contains(render_terminal(review), review.text));
  EXPECT_TRUE(contains(render_terminal(review), "tokens did not fit and were cut off"));
}

TEST(Terminal, ColoursByPalette) {
  TerminalOptions options{.colours = ColourDepth::truecolor};
  const Explanation e = example::love();
  EXPECT_TRUE(
      contains(render_terminal(e, options), "\x1b[48;2;39;100;25;38;2;255;255;255mlove\x1b[0m"));
  options.palette = Palette::orange_blue;
  EXPECT_TRUE(
      contains(render_terminal(e, options), "\x1b[48;2;5;48;97;38;2;255;255;255mlove\x1b[0m"));
  options.colours = ColourDepth::ansi256;
  EXPECT_TRUE(std::regex_search(render_terminal(e, options),
                                std::regex("\x1b\\[48;5;[0-9]+;38;5;231mlove\x1b\\[0m")));
}

TEST(Terminal, ColourNeverRunsOverALineEnd) {
  Explanation e;
  e.text = "one\ntwo";
  e.sentences = {{.text = e.text, .start = 0, .end = 7, .attribution = 1}};
  const std::string block =
      render_terminal(e, {.colours = ColourDepth::truecolor, .granularity = Granularity::sentence});
  EXPECT_TRUE(contains(block, "mone\x1b[0m\n\x1b["));
}

TEST(Terminal, PlainTextHasSignedScoresAndNoEscapes) {
  const std::string block = render_terminal(example::document());
  EXPECT_FALSE(contains(block, "\x1b"));
  EXPECT_TRUE(std::regex_search(block, std::regex("\\+0\\.[0-9]{4} \\++ +love\n")));
  EXPECT_TRUE(std::regex_search(block, std::regex("−0\\.[0-9]{4} -+ +dislike\n")));
  EXPECT_TRUE(contains(block, "NEUTRAL 43.8 %   explained: NEGATIVE 25.0 %"));
  EXPECT_TRUE(contains(block, "every attribution is 0"));
}

TEST(Terminal, ColourDepthNames) {
  EXPECT_EQ(parse_colour_depth("none"), ColourDepth::none);
  EXPECT_EQ(parse_colour_depth("ansi256"), ColourDepth::ansi256);
  EXPECT_EQ(parse_colour_depth("truecolor"), ColourDepth::truecolor);
  EXPECT_THROW(parse_colour_depth("24"), UsageError);
}

}  // namespace
}  // namespace integrad
