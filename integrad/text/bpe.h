// Byte-pair encoding: a word starts as its characters, and the two neighbours whose merge has the
// lowest rank become one, again and again. The rules are those of Hugging Face's BPE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/merge_table.h"
#include "integrad/text/normalized_text.h"
#include "integrad/text/text_token.h"
#include "integrad/text/vocabulary.h"
#include "integrad/text/word_bytes.h"

namespace integrad {

/// Buffers that one thread reuses from word to word.
struct BpeScratch {
  struct Symbol {
    std::uint32_t position = 0;  // in the vocabulary
    std::int32_t previous = -1;
    std::int32_t next = -1;
    std::size_t bytes = 0;  // 0: merged into the one before
  };
  struct Candidate {
    std::uint64_t order = 0;  // rank, then place in the word
    std::uint32_t result = 0;
  };
  WordBytes word;
  std::vector<Symbol> symbols;
  std::vector<Candidate> queue;  // a heap, the lowest order first
  std::string piece;
};

/// Const and shareable once filled and prepared.
struct Bpe {
  Vocabulary vocabulary;
  MergeTable merges;                         // between positions in the vocabulary
  std::optional<std::string> unknown_token;  // none: unknown characters vanish
  std::string continuing_prefix;             // before every character but the first of a word
  std::string end_suffix;                    // behind the last character of a word
  bool fuse_unknown = false;                 // neighbouring unknown characters are one token
  bool byte_fallback = false;                // "<0xE5>" and its like for unknown characters
  bool ignore_merges = false;                // a word that is a piece is that piece

  /// Adds the merge of two pieces, the next in rank. Throws TokenizerError when one of them, or
  /// what they make together, is not in the vocabulary.
  void add_merge(std::string_view left, std::string_view right, std::uint32_t rank);
  /// To be called when the vocabulary is complete.
  void prepare();

  /// Appends the tokens of a non-empty word. Throws TokenizerError when the unknown token is needed
  /// and the vocabulary lacks it.
  void tokenize(NormalizedSpan word, std::ptrdiff_t word_number, BpeScratch& scratch,
                std::vector<TextToken>& tokens) const;

 private:
  static constexpr std::uint32_t no_piece = 0xFFFFFFFFu;
  std::uint32_t initial_piece(NormalizedSpan word, std::size_t character,
                              BpeScratch& scratch) const;
  void make_symbols(NormalizedSpan word, BpeScratch& scratch) const;
  bool append_bytes(BpeScratch& scratch) const;
  std::uint32_t unknown_position() const;
  void push_candidate(std::size_t place, BpeScratch& scratch) const;
  void merge_symbols(BpeScratch& scratch) const;

  std::vector<std::uint32_t> characters_;  // pieces of the characters below U+0200
};

}  // namespace integrad
