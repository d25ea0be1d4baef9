#include "integrad/text/word_level.h"

#include "integrad/base/error.h"

namespace integrad {

void WordLevel::tokenize(NormalizedSpan word, std::ptrdiff_t word_number,
                         std::vector<TextToken>& tokens) const {
  auto position = vocabulary.find(to_utf8(word));
  if (!position) position = vocabulary.find(unknown_token);
  if (!position) {
    throw TokenizerError("a word of the text is not in the vocabulary, and neither is the " +
                         std::string("tokenizer's unknown token '") + unknown_token + "'");
  }
  tokens.push_back(
      {vocabulary.id(*position), vocabulary.piece(*position), original_range(word), word_number});
}

}  // namespace integrad
