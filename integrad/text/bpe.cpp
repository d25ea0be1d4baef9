#include "integrad/text/bpe.h"

#include <algorithm>

#include "integrad/base/error.h"
#include "integrad/text/byte_fallback.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

constexpr char32_t tabulated = 0x200;  // covers the byte-level alphabet

bool goes_later(const BpeScratch::Candidate& a, const BpeScratch::Candidate& b) {
  return a.order > b.order;
}

void push_symbol(std::uint32_t position, std::size_t bytes, BpeScratch& scratch) {
  const auto place = static_cast<std::int32_t>(scratch.symbols.size());
  if (place > 0) scratch.symbols.back().next = place;
  scratch.symbols.push_back({position, place - 1, -1, bytes});
}

}  // namespace

void Bpe::add_merge(std::string_view left, std::string_view right, std::uint32_t rank) {
  const auto position = [this](std::string_view piece) {
    if (const auto found = vocabulary.find(piece)) return static_cast<std::uint32_t>(*found);
    throw TokenizerError("a merge needs '" + std::string(piece) +
                         "', which is not in the vocabulary");
  };
  const std::uint32_t first = position(left);
  const std::uint32_t second = position(right);
  std::string merged(left);
  merged += right.substr(std::min(right.size(), continuing_prefix.size()));
  merges.add(first, second, {rank, position(merged)});
}

void Bpe::prepare() {
  characters_.assign(tabulated, no_piece);
  for (char32_t code = 0; code < tabulated; ++code) {
    std::string piece;
    append_utf8(code, piece);
    if (const auto found = vocabulary.find(piece)) {
      characters_[code] = static_cast<std::uint32_t>(*found);
    }
  }
}

std::uint32_t Bpe::initial_piece(NormalizedSpan word, std::size_t character,
                                 BpeScratch& scratch) const {
  const bool plain = continuing_prefix.empty() && end_suffix.empty();
  if (plain && word[character].code < tabulated && !byte_fallback) {
    return characters_[word[character].code];
  }
  scratch.piece.clear();
  if (character > 0) scratch.piece += continuing_prefix;
  const std::size_t start = scratch.word.start(character);
  scratch.piece.append(scratch.word.bytes, start, scratch.word.ends[character] - start);
  if (character + 1 == word.size()) scratch.piece += end_suffix;
  const auto found = vocabulary.find(scratch.piece);
  return found ? static_cast<std::uint32_t>(*found) : no_piece;
}

// The bytes of scratch.piece as pieces of their own, if the vocabulary has them all.
bool Bpe::append_bytes(BpeScratch& scratch) const {
  const auto pieces = byte_pieces(vocabulary, scratch.piece);
  if (!pieces) return false;
  for (const std::size_t position : *pieces) {
    push_symbol(static_cast<std::uint32_t>(position), 1, scratch);
  }
  return true;
}

std::uint32_t Bpe::unknown_position() const {
  const auto found = vocabulary.find(*unknown_token);
  if (!found) {
    throw TokenizerError("a character of the text is not in the vocabulary, and neither is the " +
                         std::string("tokenizer's unknown token '") + *unknown_token + "'");
  }
  return static_cast<std::uint32_t>(*found);
}

void Bpe::make_symbols(NormalizedSpan word, BpeScratch& scratch) const {
  std::size_t unknown_bytes = 0;  // of an unknown token not yet pushed
  const auto flush = [&] {
    if (unknown_bytes > 0) push_symbol(unknown_position(), unknown_bytes, scratch);
    unknown_bytes = 0;
  };
  for (std::size_t character = 0; character < word.size(); ++character) {
    const std::size_t bytes = scratch.word.ends[character] - scratch.word.start(character);
    const std::uint32_t piece = initial_piece(word, character, scratch);
    if (piece != no_piece) {
      flush();
      push_symbol(piece, bytes, scratch);
    } else if (byte_fallback && append_bytes(scratch)) {
      // As in the reference, an unknown token before the bytes comes behind them.
    } else if (unknown_token) {
      unknown_position();
      if (!fuse_unknown) flush();
      unknown_bytes += bytes;
    }
  }
  flush();
}

void Bpe::push_candidate(std::size_t place, BpeScratch& scratch) const {
  const BpeScratch::Symbol& left = scratch.symbols[place];
  const BpeScratch::Symbol& right = scratch.symbols[static_cast<std::size_t>(left.next)];
  if (const MergeTable::Merge* merge = merges.find(left.position, right.position)) {
    scratch.queue.push_back({(std::uint64_t{merge->rank} << 32) | place, merge->result});
    std::ranges::push_heap(scratch.queue, goes_later);
  }
}

// Candidates are not removed when a neighbour merges with another; whether one still stands is seen
// when its turn comes. The reference compares results, not pairs, and so does this.
void Bpe::merge_symbols(BpeScratch& scratch) const {
  std::vector<BpeScratch::Symbol>& symbols = scratch.symbols;
  scratch.queue.clear();
  for (std::size_t place = 0; place + 1 < symbols.size(); ++place) push_candidate(place, scratch);
  while (!scratch.queue.empty()) {
    std::ranges::pop_heap(scratch.queue, goes_later);
    const BpeScratch::Candidate top = scratch.queue.back();
    scratch.queue.pop_back();
    const auto place = static_cast<std::size_t>(top.order & 0xFFFFFFFFu);
    BpeScratch::Symbol& left = symbols[place];
    if (left.bytes == 0 || left.next < 0) continue;
    BpeScratch::Symbol& right = symbols[static_cast<std::size_t>(left.next)];
    const MergeTable::Merge* merge = merges.find(left.position, right.position);
    if (merge == nullptr || merge->result != top.result) continue;
    left.position = top.result;
    left.bytes += right.bytes;
    left.next = right.next;
    right.bytes = 0;
    if (left.next >= 0) {
      symbols[static_cast<std::size_t>(left.next)].previous = static_cast<std::int32_t>(place);
      push_candidate(place, scratch);
    }
    if (left.previous >= 0) push_candidate(static_cast<std::size_t>(left.previous), scratch);
  }
}

void Bpe::tokenize(NormalizedSpan word, std::ptrdiff_t word_number, BpeScratch& scratch,
                   std::vector<TextToken>& tokens) const {
  scratch.word.assign(word);
  scratch.symbols.clear();
  const auto whole = ignore_merges ? vocabulary.find(scratch.word.bytes) : std::nullopt;
  if (whole) {
    push_symbol(static_cast<std::uint32_t>(*whole), scratch.word.bytes.size(), scratch);
  } else {
    make_symbols(word, scratch);
    merge_symbols(scratch);
  }
  // Places are counted over the bytes of the symbols: where unknown characters vanished, all that
  // follows moves to the left, as in the reference.
  std::size_t from = 0;
  for (const BpeScratch::Symbol& symbol : scratch.symbols) {
    if (symbol.bytes == 0) continue;
    tokens.push_back({vocabulary.id(symbol.position), vocabulary.piece(symbol.position),
                      scratch.word.original_range(word, from, from + symbol.bytes), word_number});
    from += symbol.bytes;
  }
}

}  // namespace integrad
