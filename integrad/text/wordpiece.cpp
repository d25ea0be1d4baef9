#include "integrad/text/wordpiece.h"

#include "integrad/base/error.h"
#include "integrad/text/utf8.h"

namespace integrad {

// Walks from the left; at each start all beginnings up to the longest piece are hashed in one pass
// and looked up from the longest down, so a word costs at most its length times the longest piece.
bool WordPiece::find_pieces(WordPieceScratch& scratch) const {
  const std::string_view word = scratch.bytes;
  const std::size_t characters = scratch.ends.size();
  scratch.positions.clear();
  scratch.lengths.clear();
  for (std::size_t start = 0; start < characters;) {
    const std::size_t first_byte = start == 0 ? 0 : scratch.ends[start - 1];
    const std::string_view prefix = start == 0 ? std::string_view() : continuing_prefix;
    std::uint64_t state = Vocabulary::hash(Vocabulary::seed, prefix);
    scratch.hashes.clear();
    std::size_t hashed = first_byte;
    for (std::size_t k = start; k < characters; ++k) {
      if (prefix.size() + scratch.ends[k] - first_byte > vocabulary.longest()) break;
      state = Vocabulary::hash(state, word.substr(hashed, scratch.ends[k] - hashed));
      hashed = scratch.ends[k];
      scratch.hashes.push_back(state);
    }
    std::size_t length = scratch.hashes.size();
    for (; length > 0; --length) {
      const std::size_t bytes = scratch.ends[start + length - 1] - first_byte;
      const auto found =
          vocabulary.find(scratch.hashes[length - 1], prefix, word.substr(first_byte, bytes));
      if (!found) continue;
      scratch.positions.push_back(*found);
      scratch.lengths.push_back(length);
      break;
    }
    if (length == 0) return false;
    start += length;
  }
  return true;
}

void WordPiece::tokenize(NormalizedSpan word, std::ptrdiff_t word_number, WordPieceScratch& scratch,
                         std::vector<TextToken>& tokens) const {
  scratch.bytes.clear();
  scratch.ends.clear();
  bool known = word.size() <= longest_word;
  if (known) {
    for (const NormalizedCharacter& character : word) {
      append_utf8(character.code, scratch.bytes);
      scratch.ends.push_back(scratch.bytes.size());
    }
    known = find_pieces(scratch);
  }
  if (!known) {
    const auto unknown = vocabulary.find(unknown_token);
    if (!unknown) {
      throw TokenizerError("a word of the text is not in the vocabulary, and neither is the " +
                           std::string("tokenizer's unknown token '") + unknown_token + "'");
    }
    tokens.push_back(
        {vocabulary.id(*unknown), vocabulary.piece(*unknown), original_range(word), word_number});
    return;
  }
  std::size_t start = 0;
  for (std::size_t k = 0; k < scratch.positions.size(); ++k) {
    const std::size_t position = scratch.positions[k];
    tokens.push_back({vocabulary.id(position), vocabulary.piece(position),
                      original_range(word.subspan(start, scratch.lengths[k])), word_number});
    start += scratch.lengths[k];
  }
}

}  // namespace integrad
