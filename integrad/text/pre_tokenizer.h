// The pre-tokenizers that a tokenizer.json can name: they cut a normalized text into words, and
// some rewrite its characters while they do.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/pattern.h"
#include "integrad/text/splitting.h"

namespace integrad {

struct BertPreTokenizer {};      // drops white space, every punctuation mark for itself
struct WhitespacePreTokenizer {  // \w+|[^\w\s]+
};
struct WhitespaceSplitPreTokenizer {};  // drops white space
struct PunctuationPreTokenizer {
  SplitBehavior behavior = SplitBehavior::isolated;
};
struct DigitsPreTokenizer {  // numbers apart from the rest, as a whole or digit by digit
  bool individual = false;
};
struct DelimiterPreTokenizer {  // drops this character
  char32_t delimiter = U' ';
};
struct FixedLengthPreTokenizer {
  std::size_t length = 5;  // in characters, above 0
};
struct SplitPreTokenizer {
  Pattern pattern;
  SplitBehavior behavior = SplitBehavior::removed;
  bool invert = false;  // the pattern matches words, not what lies between
};
struct ByteLevelPreTokenizer {  // GPT-2's words, in the byte-level alphabet
  bool add_prefix_space = true;
  bool use_regex = true;
};
struct MetaspacePreTokenizer {  // SentencePiece's words: a mark in the place of every space
  enum class Prepend { always, first, never };
  char32_t replacement = U'\u2581';
  Prepend prepend = Prepend::always;  // a mark before the text too
  bool split = true;
};

using PreTokenizerStep =
    std::variant<BertPreTokenizer, WhitespacePreTokenizer, WhitespaceSplitPreTokenizer,
                 PunctuationPreTokenizer, DigitsPreTokenizer, DelimiterPreTokenizer,
                 FixedLengthPreTokenizer, SplitPreTokenizer, ByteLevelPreTokenizer,
                 MetaspacePreTokenizer>;

/// The words of a text. One thread reuses it from text to text.
struct Words {
  NormalizedSpan text;                 // the characters, those of the input or `rewritten`
  std::vector<CharacterRange> ranges;  // in order, none of them empty

  std::size_t size() const { return ranges.size(); }
  NormalizedSpan operator[](std::size_t word) const {
    return text.subspan(ranges[word].start, ranges[word].end - ranges[word].start);
  }

  NormalizedText rewritten, draft;  // what `text` may look at
  std::vector<CharacterRange> cut;  // working space
};

/// The steps of a pre-tokenizer, each cutting what the one before left; none: one word.
struct PreTokenizer {
  std::vector<PreTokenizerStep> steps;

  /// Fills `words`, which look into `text` or into themselves until the next call.
  void split(NormalizedSpan text, Words& words) const;
};

}  // namespace integrad
