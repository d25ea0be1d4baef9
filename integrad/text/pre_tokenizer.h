// The pre-tokenizers that a tokenizer.json can name: they cut a normalized text into words.
#pragma once

#include <vector>

#include "integrad/text/normalized_text.h"

namespace integrad {

enum class PreTokenizerStep {
  bert,              // drop white space, every punctuation mark for itself
  whitespace,        // \w+|[^\w\s]+
  whitespace_split,  // drop white space
  punctuation,       // every punctuation mark for itself (behavior "Isolated")
};

/// The steps of a pre-tokenizer, each cutting what the one before left; none: one word.
struct PreTokenizer {
  std::vector<PreTokenizerStep> steps;

  /// The words of `text` in order, none of them empty. They look into `text`.
  std::vector<NormalizedSpan> split(NormalizedSpan text) const;
};

}  // namespace integrad
