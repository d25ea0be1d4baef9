#include "integrad/render/html.h"

#include <gtest/gtest.h>

#include <regex>

#include "integrad/render/html_escape.h"
#include "integrad/render/html_style.h"
#include "tests/render/example.h"
#include "tests/render/search.h"

namespace integrad {
namespace {

// The names of all elements that the page opens.
std::vector<std::string> elements(const std::string& page) {
  static const std::regex tag("<([a-zA-Z!][a-zA-Z0-9]*)");
  std::vector<std::string> names;
  for (std::sregex_iterator i(page.begin(), page.end(), tag), end; i != end; ++i) {
    names.push_back((*i)[1]);
  }
  return names;
}

// What a reader sees between the tags of the first text of a view.
std::string shown_text(const std::string& card, std::string_view view) {
  const std::size_t start = card.find("lang=\"\">", card.find(view)) + 8;
  std::string text = card.substr(start, card.find("</div>", start) - start);
  text = std::regex_replace(text, std::regex("<[^>]*>"), "");
  for (const auto& [from, to] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}) {
    text = std::regex_replace(text, std::regex(from), to);
  }
  return text;
}

TEST(Html, EscapesEveryCharacterOfMarkup) {
  EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&amp;"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
}

TEST(Html, TextsLabelsAndNamesStayText) {
  ExplanationDocument document = example::document();
  const std::string evil = "\"'></style></title><script>alert(1)</script><img src=x onerror=y>";
  document.model = {evil, evil, {evil, evil, evil}, evil};
  document.settings.layer = document.settings.baseline = document.settings.score = evil;
  document.settings.method = document.settings.backend = document.settings.precision = evil;
  for (Explanation& e : document.explanations) {
    e.text += evil;
    e.predicted = e.target = evil;
    for (TokenAttribution& token : e.tokens) token.token += evil;
  }
  const std::string page = render_html(document, {.title = evil});
  EXPECT_EQ(count(page, "<style"), 1U);
  EXPECT_EQ(count(page, "</style"), 1U);
  EXPECT_EQ(count(page, "</title"), 1U);
  for (const std::string& name : elements(page)) {
    EXPECT_NE(name, "script");
    EXPECT_NE(name, "img");
  }
  // Taken out of its escaped form, nothing of the attack is left: no attribute was ended either.
  EXPECT_FALSE(contains(page, "\"'"));
  EXPECT_FALSE(contains(page, "\"&#39;&gt;&lt;"));
  EXPECT_EQ(count(page, "onerror=y&gt;"), count(page, "onerror=y"));
}

TEST(Html, AsksNobodyForAnything) {
  const std::string page = render_html(example::document());
  EXPECT_FALSE(
      std::regex_search(page, std::regex("https?:|//|@import|url\\(|<link|<script|src=\"")));
  EXPECT_TRUE(contains(page, "default-src 'none'"));
  EXPECT_FALSE(contains(html_style(), "<"));
}

TEST(Html, ShowsTheUsersOwnCharacters) {
  ExplanationDocument document = example::document();
  const Explanation& review = document.explanations[4];
  const std::string card = html_card(review, document.model, 1);
  for (const char* view : {"view words", "view pieces", "view sentences"}) {
    EXPECT_EQ(shown_text(card, view), review.text) << view;
  }
}

TEST(Html, CutTextSaysSo) {
  const ExplanationDocument document = example::document();
  const std::string card = html_card(document.explanations[4], document.model, 1);
  EXPECT_TRUE(contains(card, "tokens did not fit and were cut off"));
  EXPECT_TRUE(contains(card, "<span class=\"unseen\"> And then it ends"));
  EXPECT_FALSE(contains(html_card(example::love(), document.model, 1), "cut off"));
}

TEST(Html, PairShowsBothTextsAndChips) {
  const ExplanationDocument document = example::document();
  const std::string card = html_card(document.explanations[5], document.model, 1);
  EXPECT_TRUE(contains(card, "First text"));
  EXPECT_TRUE(contains(card, "Second text"));
  EXPECT_TRUE(contains(card, "w chip"));
  // Without attributions on [CLS] and [SEP] there is nothing to show.
  EXPECT_FALSE(contains(html_card(example::love(), document.model, 1), "w chip"));
}

TEST(Html, SaysWhichClassIsExplained) {
  const ExplanationDocument document = example::document();
  const std::string card = html_card(document.explanations[2], document.model, 3);
  EXPECT_TRUE(contains(card, "explained class: <b>NEGATIVE</b>"));
  EXPECT_TRUE(contains(card, "predicted</span> NEUTRAL"));
}

TEST(Html, WordsCanBeReachedByKeyboard) {
  const std::string card = html_card(example::love(), {}, 1);
  EXPECT_TRUE(contains(card, "tabindex=\"0\" data-tip=\"love: +0."));
  EXPECT_TRUE(contains(html_style(), ".w[data-tip]:focus::after"));
}

TEST(Html, ShowsBidirectionalOverridesAndControls) {
  const std::string card = html_card(example::hostile(), {}, 1);
  EXPECT_FALSE(contains(card, "\x1b"));
  EXPECT_FALSE(contains(card, "\u202e"));
  EXPECT_TRUE(contains(card, "⟨U+202E⟩"));
}

TEST(Html, ManyClassesKeepTheExplainedOne) {
  Explanation e = example::love();
  e.probabilities.assign(70, 1.0 / 128);
  e.probabilities[0] = 0.5;
  e.predicted_id = 0;
  e.target_id = 69;
  e.target = "last";
  const std::string card = html_card(e, {}, 1);
  EXPECT_EQ(count(card, "<svg"), 9U);
  EXPECT_TRUE(contains(card, "and 61 less likely"));
  EXPECT_TRUE(contains(card, "<li class=\"explained\"><span>last</span>"));
}

TEST(Html, PiecesMakeThePage) {
  const ExplanationDocument document = example::document();
  std::string page = html_head(document.model, document.settings);
  Index number = 1;
  for (const Explanation& e : document.explanations) {
    page += html_card(e, document.model, number++);
  }
  EXPECT_EQ(page + html_foot(), render_html(document));
}

TEST(Html, SurvivesAnEmptyDocumentAndAbsurdSpans) {
  EXPECT_TRUE(contains(render_html({}), "</html>"));
  Explanation e = example::love();
  e.target_id = e.predicted_id = -5;
  e.tokens[1].start = -9;
  e.tokens[2].end = 1000000;
  e.words[1].first_token = -3;
  e.words[2].last_token = 1000000;
  e.words[3].segment = 9;
  EXPECT_EQ(shown_text(html_card(e, {}, 1), "view pieces"), e.text);
  EXPECT_EQ(shown_text(html_card(e, {}, 1), "view words"), e.text);
}

}  // namespace
}  // namespace integrad
