// SentencePiece's unigram model: of all ways to cut a word into pieces the one whose scores (logs
// of probabilities) have the largest sum. The rules are those of Hugging Face's Unigram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/text_token.h"
#include "integrad/text/vocabulary.h"
#include "integrad/text/word_bytes.h"

namespace integrad {

/// Buffers that one thread reuses from word to word.
struct UnigramScratch {
  /// The best way to cut the word up to a place between two characters.
  struct Node {
    double score = 0;
    std::size_t start = 0;     // character where its last piece begins
    std::size_t position = 0;  // of that piece in the vocabulary
    bool reached = false;
  };
  WordBytes word;
  std::vector<Node> nodes;
  std::vector<std::size_t> path;  // ends of the pieces, the last one first
};

/// Const and shareable once filled and prepared.
struct Unigram {
  Vocabulary vocabulary;                   // ids count the pieces in the file's order
  std::vector<double> scores;              // of every id
  std::optional<std::int32_t> unknown_id;  // of characters without a piece
  bool byte_fallback = false;              // bytes as pieces instead, if all of them are there

  /// To be called when the vocabulary is complete. Throws TokenizerError when unknown_id is not in
  /// it.
  void prepare();

  /// Appends the tokens of a non-empty word. Throws TokenizerError when a character has no piece
  /// and there is no unknown_id.
  void tokenize(NormalizedSpan word, std::ptrdiff_t word_number, UnigramScratch& scratch,
                std::vector<TextToken>& tokens) const;

 private:
  void find_best_path(UnigramScratch& scratch) const;
  void append_token(NormalizedSpan word, std::size_t from, std::size_t to, std::size_t position,
                    std::ptrdiff_t word_number, UnigramScratch& scratch,
                    std::vector<TextToken>& tokens) const;

  std::optional<std::size_t> unknown_position_;
  double unknown_score_ = 0;
};

}  // namespace integrad
