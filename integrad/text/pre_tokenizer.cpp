#include "integrad/text/pre_tokenizer.h"

#include <algorithm>
#include <utility>

#include "integrad/text/byte_level.h"
#include "integrad/text/unicode.h"

namespace integrad {
namespace {

// Runs of one kind stay together, except `alone`, where every character is a word.
enum class Kind { word, other_word, alone, dropped };

template <class Classify>
void cut_by_kind(Words& words, const Classify& classify) {
  for (const CharacterRange& range : words.ranges) {
    std::size_t start = range.start;
    Kind current = Kind::dropped;
    const auto close = [&](std::size_t end) {
      if (current != Kind::dropped && end > start) words.cut.push_back({start, end});
      start = end;
    };
    for (std::size_t k = range.start; k < range.end; ++k) {
      const Kind kind = classify(words.text[k].code);
      if (kind != current || kind == Kind::alone) close(k);
      current = kind;
    }
    close(range.end);
  }
}

// Cuts at single characters.
template <class IsDelimiter>
void cut_at(Words& words, SplitBehavior behavior, const IsDelimiter& is_delimiter) {
  std::vector<CharacterRange> matches;
  for (const CharacterRange& range : words.ranges) {
    matches.clear();
    for (std::size_t k = range.start; k < range.end; ++k) {
      if (is_delimiter(words.text[k].code)) {
        matches.push_back({k - range.start, k + 1 - range.start});
      }
    }
    append_pieces(parts_of(matches, range.end - range.start), behavior, range.start, words.cut);
  }
}

// Rewrites every word by `rewrite(word, out)` and keeps them apart.
template <class Rewrite>
void rewrite_words(Words& words, const Rewrite& rewrite) {
  words.draft.clear();
  for (CharacterRange& range : words.ranges) {
    const std::size_t start = words.draft.size();
    rewrite(words.text.subspan(range.start, range.end - range.start), words.draft);
    range = {start, words.draft.size()};
  }
  std::swap(words.rewritten, words.draft);
  words.text = words.rewritten;
}

void append_prepended(char32_t mark, NormalizedSpan word, NormalizedText& out) {
  out.push_back(word.front());
  out.back().code = mark;
}

struct Split {
  Words& words;

  void operator()(BertPreTokenizer) const {
    cut_by_kind(words, [](char32_t code) {
      if (is_white_space(code)) return Kind::dropped;
      return is_punctuation(code) ? Kind::alone : Kind::word;
    });
  }
  void operator()(WhitespacePreTokenizer) const {
    cut_by_kind(words, [](char32_t code) {
      if (is_white_space(code)) return Kind::dropped;
      return is_word_character(code) ? Kind::word : Kind::other_word;
    });
  }
  void operator()(WhitespaceSplitPreTokenizer) const {
    cut_by_kind(words,
                [](char32_t code) { return is_white_space(code) ? Kind::dropped : Kind::word; });
  }
  void operator()(PunctuationPreTokenizer options) const {
    cut_at(words, options.behavior, is_punctuation);
  }
  void operator()(DigitsPreTokenizer options) const {
    cut_at(words, options.individual ? SplitBehavior::isolated : SplitBehavior::contiguous,
           is_numeric);
  }
  void operator()(DelimiterPreTokenizer options) const {
    cut_at(words, SplitBehavior::removed,
           [options](char32_t code) { return code == options.delimiter; });
  }
  void operator()(FixedLengthPreTokenizer options) const {
    for (const CharacterRange& range : words.ranges) {
      for (std::size_t start = range.start; start < range.end; start += options.length) {
        words.cut.push_back({start, start + std::min(options.length, range.end - start)});
      }
    }
  }
  void operator()(const SplitPreTokenizer& options) const {
    for (const CharacterRange& range : words.ranges) {
      const NormalizedSpan word = words.text.subspan(range.start, range.end - range.start);
      std::vector<SplitPart> parts =
          parts_of(options.pattern.find_all(codes_of(word)), word.size());
      for (SplitPart& part : parts) part.delimiter = part.delimiter != options.invert;
      append_pieces(parts, options.behavior, range.start, words.cut);
    }
  }
  void operator()(ByteLevelPreTokenizer options) const {
    if (options.add_prefix_space) {
      rewrite_words(words, [](NormalizedSpan word, NormalizedText& out) {
        if (word.front().code != ' ') append_prepended(' ', word, out);
        out.insert(out.end(), word.begin(), word.end());
      });
    }
    if (options.use_regex) {
      for (const CharacterRange& range : words.ranges) {
        append_byte_level_words(words.text, range, words.cut);
      }
      std::swap(words.ranges, words.cut);
    }
    rewrite_words(words, append_byte_characters);
    std::swap(words.ranges, words.cut);
  }
  void operator()(MetaspacePreTokenizer options) const {
    rewrite_words(words, [options](NormalizedSpan word, NormalizedText& out) {
      const bool marked = word.front().code == ' ' || word.front().code == options.replacement;
      const bool wanted = options.prepend == MetaspacePreTokenizer::Prepend::always ||
                          (options.prepend == MetaspacePreTokenizer::Prepend::first &&
                           word.front().original_start == 0);
      if (wanted && !marked) append_prepended(options.replacement, word, out);
      for (NormalizedCharacter character : word) {
        if (character.code == ' ') character.code = options.replacement;
        out.push_back(character);
      }
    });
    if (!options.split) {
      std::swap(words.ranges, words.cut);
      return;
    }
    cut_at(words, SplitBehavior::merged_with_next,
           [options](char32_t code) { return code == options.replacement; });
  }
};

}  // namespace

void PreTokenizer::split(NormalizedSpan text, Words& words) const {
  words.text = text;
  words.ranges.clear();
  if (!text.empty()) words.ranges.push_back({0, text.size()});
  for (const PreTokenizerStep& step : steps) {
    words.cut.clear();
    std::visit(Split{words}, step);
    std::swap(words.ranges, words.cut);
  }
}

}  // namespace integrad
