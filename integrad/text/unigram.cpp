#include "integrad/text/unigram.h"

#include <algorithm>

#include "integrad/base/error.h"
#include "integrad/text/byte_fallback.h"

namespace integrad {
namespace {

constexpr double unknown_penalty = 10;  // below the worst piece

}  // namespace

void Unigram::prepare() {
  unknown_score_ = scores.empty() ? 0 : *std::ranges::min_element(scores) - unknown_penalty;
  if (!unknown_id) return;
  for (std::size_t position = 0; position < vocabulary.size(); ++position) {
    if (vocabulary.id(position) == *unknown_id) unknown_position_ = position;
  }
  if (!unknown_position_) {
    throw TokenizerError("the unknown token's id " + std::to_string(*unknown_id) +
                         " is not in the vocabulary");
  }
}

// Viterbi from left to right. All beginnings of what is left are hashed in one walk, up to the
// length of the longest piece.
void Unigram::find_best_path(UnigramScratch& scratch) const {
  const std::string_view bytes = scratch.word.bytes;
  const std::vector<std::size_t>& ends = scratch.word.ends;
  scratch.nodes.assign(ends.size() + 1, {});
  for (std::size_t start = 0; start < ends.size(); ++start) {
    const double score = scratch.nodes[start].score;
    const auto offer = [&](std::size_t end, std::size_t position, double gain) {
      UnigramScratch::Node& node = scratch.nodes[end];
      if (!node.reached || score + gain > node.score) {
        node = {score + gain, start, position, true};
      }
    };
    const std::size_t first_byte = scratch.word.start(start);
    std::uint64_t state = Vocabulary::seed;
    std::size_t hashed = first_byte;
    bool single = false;  // the character is a piece of its own
    for (std::size_t end = start; end < ends.size(); ++end) {
      if (ends[end] - first_byte > vocabulary.longest()) break;
      state = Vocabulary::hash(state, bytes.substr(hashed, ends[end] - hashed));
      hashed = ends[end];
      const auto found =
          vocabulary.find(state, {}, bytes.substr(first_byte, ends[end] - first_byte));
      if (!found) continue;
      offer(end + 1, *found, scores[static_cast<std::size_t>(vocabulary.id(*found))]);
      single = single || end == start;
    }
    if (single) continue;
    if (!unknown_position_) {
      throw TokenizerError("a character of the text is not in the vocabulary, and the tokenizer " +
                           std::string("has no unknown token"));
    }
    offer(start + 1, *unknown_position_, unknown_score_);
  }
}

void Unigram::append_token(NormalizedSpan word, std::size_t from, std::size_t to,
                           std::size_t position, std::ptrdiff_t word_number,
                           UnigramScratch& scratch, std::vector<TextToken>& tokens) const {
  const ByteRange range = original_range(word.subspan(from, to - from));
  const auto push = [&](std::size_t piece) {
    tokens.push_back({vocabulary.id(piece), vocabulary.piece(piece), range, word_number});
  };
  if (position != unknown_position_) {
    push(position);
    return;
  }
  const std::size_t first_byte = scratch.word.start(from);
  const std::string_view text = std::string_view(scratch.word.bytes)
                                    .substr(first_byte, scratch.word.ends[to - 1] - first_byte);
  // The text may be a piece nevertheless: the unknown token's own, typed by somebody.
  if (const auto known = vocabulary.find(text)) {
    push(*known);
    return;
  }
  if (byte_fallback) {
    if (const auto pieces = byte_pieces(vocabulary, text)) {
      for (const std::size_t piece : *pieces) push(piece);
      return;
    }
  }
  push(position);
}

void Unigram::tokenize(NormalizedSpan word, std::ptrdiff_t word_number, UnigramScratch& scratch,
                       std::vector<TextToken>& tokens) const {
  scratch.word.assign(word);
  find_best_path(scratch);
  scratch.path.clear();
  for (std::size_t end = word.size(); end > 0; end = scratch.nodes[end].start) {
    scratch.path.push_back(end);
  }
  std::size_t start = 0;
  for (std::size_t k = scratch.path.size(); k-- > 0;) {
    const std::size_t position = scratch.nodes[scratch.path[k]].position;
    // Neighbouring unknown characters are one token.
    while (position == unknown_position_ && k > 0 &&
           scratch.nodes[scratch.path[k - 1]].position == position) {
      --k;
    }
    append_token(word, start, scratch.path[k], position, word_number, scratch, tokens);
    start = scratch.path[k];
  }
}

}  // namespace integrad
