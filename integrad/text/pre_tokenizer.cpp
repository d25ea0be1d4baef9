#include "integrad/text/pre_tokenizer.h"

#include <utility>

#include "integrad/text/unicode.h"

namespace integrad {
namespace {

// Runs of one kind stay together, except `alone`, where every character is a word.
enum class Kind { word, other_word, alone, dropped };

Kind classify(PreTokenizerStep step, char32_t code) {
  const bool drops_space = step != PreTokenizerStep::punctuation;
  if (drops_space && is_white_space(code)) return Kind::dropped;
  switch (step) {
    case PreTokenizerStep::bert:
    case PreTokenizerStep::punctuation:
      return is_punctuation(code) ? Kind::alone : Kind::word;
    case PreTokenizerStep::whitespace:
      return is_word_character(code) ? Kind::word : Kind::other_word;
    case PreTokenizerStep::whitespace_split:
      break;
  }
  return Kind::word;
}

void split_one(PreTokenizerStep step, NormalizedSpan text, std::vector<NormalizedSpan>& words) {
  std::size_t start = 0;
  Kind current = Kind::dropped;
  const auto close = [&](std::size_t end) {
    if (current != Kind::dropped && end > start) words.push_back(text.subspan(start, end - start));
    start = end;
  };
  for (std::size_t k = 0; k < text.size(); ++k) {
    const Kind kind = classify(step, text[k].code);
    if (kind != current || kind == Kind::alone) close(k);
    current = kind;
  }
  close(text.size());
}

}  // namespace

std::vector<NormalizedSpan> PreTokenizer::split(NormalizedSpan text) const {
  std::vector<NormalizedSpan> words;
  if (!text.empty()) words.push_back(text);
  for (const PreTokenizerStep step : steps) {
    std::vector<NormalizedSpan> cut;
    for (const NormalizedSpan word : words) split_one(step, word, cut);
    words = std::move(cut);
  }
  return words;
}

}  // namespace integrad
