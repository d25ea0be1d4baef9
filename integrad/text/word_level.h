// A vocabulary of whole words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/text_token.h"
#include "integrad/text/vocabulary.h"

namespace integrad {

/// Const and shareable once filled.
struct WordLevel {
  Vocabulary vocabulary;
  std::string unknown_token = "<unk>";

  /// Appends the token of a non-empty word. Throws TokenizerError when the unknown token is needed
  /// and the vocabulary lacks it.
  void tokenize(NormalizedSpan word, std::ptrdiff_t word_number,
                std::vector<TextToken>& tokens) const;
};

}  // namespace integrad
