// WordPiece: a word becomes the fewest pieces that greedy longest match from the left finds, or one
// unknown token when that gets stuck anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/text_token.h"
#include "integrad/text/vocabulary.h"

namespace integrad {

/// Buffers that one thread reuses from word to word.
struct WordPieceScratch {
  std::string bytes;
  std::vector<std::size_t> ends;       // byte position after each character
  std::vector<std::uint64_t> hashes;   // of the beginnings of what is left of the word
  std::vector<std::size_t> positions;  // found pieces: position in the vocabulary,
  std::vector<std::size_t> lengths;    // and how many characters each covers
};

/// Const and shareable once filled.
struct WordPiece {
  Vocabulary vocabulary;
  std::string unknown_token = "[UNK]";
  std::string continuing_prefix = "##";
  std::size_t longest_word = 100;  // characters; a longer word is one unknown token

  /// Appends the tokens of a non-empty word. Throws TokenizerError when the unknown token is needed
  /// and the vocabulary lacks it.
  void tokenize(NormalizedSpan word, std::ptrdiff_t word_number, WordPieceScratch& scratch,
                std::vector<TextToken>& tokens) const;

 private:
  bool find_pieces(WordPieceScratch& scratch) const;
};

}  // namespace integrad
