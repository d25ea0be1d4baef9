// The models that a tokenizer.json can name: they cut a word into pieces of a vocabulary.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "integrad/text/bpe.h"
#include "integrad/text/unigram.h"
#include "integrad/text/word_level.h"
#include "integrad/text/wordpiece.h"

namespace integrad {

/// Buffers that one thread reuses from word to word.
struct ModelScratch {
  WordPieceScratch wordpiece;
  BpeScratch bpe;
  UnigramScratch unigram;
};

/// Const and shareable once filled.
struct Model {
  std::variant<WordPiece, Bpe, Unigram, WordLevel> kind;

  const Vocabulary& vocabulary() const;
  Vocabulary& vocabulary();

  /// Appends the tokens of a non-empty word. Throws TokenizerError when an unknown token is needed
  /// and there is none.
  void tokenize(NormalizedSpan word, std::ptrdiff_t word_number, ModelScratch& scratch,
                std::vector<TextToken>& tokens) const;
};

}  // namespace integrad
