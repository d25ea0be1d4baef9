#include "tests/render/example.h"

#include <cctype>
#include <cmath>
#include <map>
#include <string_view>

#include "integrad/attribution/spans.h"

namespace integrad::example {
namespace {

using Scores = std::map<std::string, double, std::less<>>;

bool is_word_byte(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Words of letters and digits, single other characters; long words become two pieces.
void tokenize(std::string_view text, int segment, const Scores& scores,
              std::vector<TokenAttribution>& tokens) {
  const auto score_of = [&](std::string_view word) {
    const auto found = scores.find(word);
    return found == scores.end() ? 0.0 : found->second;
  };
  Index word = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (is_word_byte(text[i])) {
      while (end < text.size() && is_word_byte(text[end])) ++end;
    }
    const std::string piece(text.substr(i, end - i));
    const auto start = static_cast<Index>(i), stop = static_cast<Index>(end);
    const double score = score_of(piece);
    if (piece == "dislike") {
      tokens.push_back({"dis", 4487, start, start + 3, word, segment, false, 0.75 * score});
      tokens.push_back({"##like", 10359, start + 3, stop, word, segment, false, 0.25 * score});
    } else {
      const bool known = static_cast<unsigned char>(piece[0]) < 0x80;
      tokens.push_back({known ? piece : "[UNK]",
                        known ? 1000 + static_cast<int>(piece.size()) : 100, start, stop, word,
                        segment, false, score});
    }
    ++word;
    i = end;
  }
}

std::vector<ByteRange> sentences_of(std::string_view text) {
  std::vector<ByteRange> ranges;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool last = i + 1 == text.size();
    const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '\n';
    if (!last && !(stop && std::isspace(static_cast<unsigned char>(text[i + 1])) != 0)) continue;
    ranges.push_back({static_cast<Index>(start), static_cast<Index>(i + 1)});
    start = i + 1;
  }
  return ranges;
}

double sum_of(const std::vector<TokenAttribution>& tokens) {
  double sum = 0;
  for (const TokenAttribution& token : tokens) sum += token.attribution;
  return sum;
}

// Scales the attributions to a sum of nearly `wanted`; multiples of 2^-20 keep all sums exact.
void add_up_to(double wanted, std::vector<TokenAttribution>& tokens) {
  const double sum = sum_of(tokens);
  if (sum == 0) return;
  for (TokenAttribution& token : tokens) {
    token.attribution = std::round(token.attribution * wanted / sum * 0x1p20) * 0x1p-20;
  }
}

struct Outcome {
  std::vector<double> probabilities;
  Index target = 0;
  double baseline_value = 0.125;
  double special_score = 0;
};

Explanation explain(std::string text, std::optional<std::string> pair, const Scores& scores,
                    const Outcome& outcome) {
  static const std::vector<std::string> labels = {"NEGATIVE", "NEUTRAL", "POSITIVE"};
  Explanation e;
  e.text = std::move(text);
  e.text_pair = std::move(pair);
  e.probabilities = outcome.probabilities;
  for (std::size_t i = 0; i < e.probabilities.size(); ++i) {
    if (e.probabilities[i] > e.probabilities[e.predicted_id])
      e.predicted_id = static_cast<Index>(i);
    e.logits.push_back(4 * e.probabilities[i] - 1);
  }
  e.predicted = labels[e.predicted_id];
  e.predicted_ids = {e.predicted_id};
  e.target_id = outcome.target;
  e.target = labels[outcome.target];
  e.tokens.push_back({"[CLS]", 101, 0, 0, std::nullopt, 0, true, outcome.special_score});
  tokenize(e.text, 0, scores, e.tokens);
  e.tokens.push_back({"[SEP]", 102, 0, 0, std::nullopt, 0, true, -outcome.special_score / 2});
  std::vector<std::string_view> texts = {e.text};
  if (e.text_pair) {
    tokenize(*e.text_pair, 1, scores, e.tokens);
    e.tokens.push_back({"[SEP]", 102, 0, 0, std::nullopt, 0, true, 0});
    texts.emplace_back(*e.text_pair);
  }
  add_up_to(outcome.probabilities[outcome.target] - outcome.baseline_value, e.tokens);
  std::vector<std::vector<ByteRange>> sentences;
  for (const std::string_view t : texts) sentences.push_back(sentences_of(t));
  e.words = sum_over_words(e.tokens, texts);
  e.sentences = sum_over_sentences(e.tokens, texts, sentences);
  e.baseline_value = outcome.baseline_value;
  e.value = outcome.probabilities[outcome.target];
  e.delta = sum_of(e.tokens) - (e.value - e.baseline_value);
  e.evaluations = 50;
  return e;
}

const Scores& sentiment() {
  static const Scores scores = {
      {"love", 0.40625},   {"like", 0.1875},       {"you", 0.046875},     {"I", -0.015625},
      {",", 0.0078125},    {"but", -0.21875},      {"dislike", -0.375},   {"kind", 0.0625},
      {"also", 0.03125},   {"nice", 0.5},          {"Everything", 0.125}, {"is", 0.015625},
      {"so", 0.0625},      {"about", -0.03125},    {"boring", -0.4375},   {"wonderful", 0.46875},
      {"great", 0.34375},  {"awful", -0.5},        {"long", -0.09375},    {"cast", 0.046875},
      {"worst", -0.40625}, {"beautiful", 0.28125}, {"not", -0.25},        {"yet", -0.0625},
      {"ends", -0.03125},  {".", -0.0078125},      {"the", 0.0078125},    {"script", -0.046875},
      {"❤️", 0.3125},  {"مذهل", 0.25},         {"很好看", 0.21875},   {"<", -0.0625},
      {"script", -0.125},  {"alert", 0.09375}};
  return scores;
}

constexpr const char* review =
    "What a beautiful, strange film.\n\nThe cast is great and the first hour is wonderful ❤️ "
    "— "
    "yet "
    "the second hour is long, the script is boring in places, and the ending is not what the "
    "opening had promised.\n\n  \"The worst twist of the year\", said my neighbour; مذهل said "
    "hers, and somebody behind us wrote 很好看 on the ticket.\n\nI would see it again for the "
    "music alone. And then it ends: this last paragraph, like so many last paragraphs of long "
    "reviews, was never read by the model.";

Explanation truncated_review() {
  Explanation e = explain(review, std::nullopt, sentiment(), {{0.1875, 0.25, 0.5625}, 2, 0.25, 0});
  // The model saw everything before "And then it ends".
  const auto seen = static_cast<Index>(e.text.find(" And then"));
  Explanation cut = explain(e.text.substr(0, seen), std::nullopt, sentiment(),
                            {{0.1875, 0.25, 0.5625}, 2, 0.25, 0});
  cut.truncated_tokens = static_cast<Index>(e.tokens.size() - cut.tokens.size());
  cut.text = e.text;
  return cut;
}

}  // namespace

Explanation love() {
  return explain("I love you, I like you", std::nullopt, sentiment(),
                 {{0.03125, 0.0625, 0.90625}, 2, 0.125, 0});
}

Explanation hostile() {
  Explanation e = explain(
      "<script>alert('x')</script> \"quoted\" & </style></span> \x1b[31mred\x1b[0m \xe2\x80\xae"
      "txet\xe2\x80\xac\r\nbell\a \xc2\x9b"
      "2J tab\tend",
      std::nullopt, sentiment(), {{0.5, 0.25, 0.25}, 0, 0.625, 0.125});
  e.predicted = "<img src=x onerror=alert(1)>";
  e.target = e.predicted;
  return e;
}

ExplanationDocument document() {
  ExplanationDocument d;
  d.model = {"models/sentiment</style><script>alert(1)</script>",
             "distilbert",
             {"NEGATIVE", "NEUTRAL", "POSITIVE"},
             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"};
  d.settings = {"embeddings", false,        "pad", "probability", "gausslegendre",
                50,           std::nullopt, "cpu", "f32",         {},
                "truncate",   {},           {}};
  const std::string mixed = "I love you, I like you, but I also kind of dislike you";
  d.explanations.push_back(love());
  d.explanations.push_back(
      explain(mixed, std::nullopt, sentiment(), {{0.25, 0.4375, 0.3125}, 1, 0.25, 0}));
  Scores against;
  for (const auto& [word, score] : sentiment()) against[word] = -0.75 * score;
  d.explanations.push_back(
      explain(mixed, std::nullopt, against, {{0.25, 0.4375, 0.3125}, 0, 0.375, 0}));
  d.explanations.push_back(
      explain("Everything is so nice about you", std::nullopt, sentiment(),
              {{0.0001220703125, 0.0003662109375, 0.99951171875}, 2, 0.25, 0}));
  d.explanations.push_back(truncated_review());
  d.explanations.push_back(explain("Is the cast great?", "Everything about the cast is so nice.",
                                   sentiment(), {{0.125, 0.25, 0.625}, 2, 0.25, 0.1875}));
  d.explanations.push_back(hostile());
  d.explanations.push_back(explain("", std::nullopt, {}, {{0.375, 0.375, 0.25}, 0, 0.375, 0}));
  return d;
}

}  // namespace integrad::example
