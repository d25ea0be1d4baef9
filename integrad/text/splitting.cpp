#include "integrad/text/splitting.h"

#include <algorithm>

namespace integrad {
namespace {

void append(CharacterRange range, std::size_t offset, std::vector<CharacterRange>& pieces) {
  if (range.start < range.end) pieces.push_back({range.start + offset, range.end + offset});
}

// Joins neighbours with Hugging Face's rule, which compares a part with the one before it, not with
// the piece so far.
std::vector<CharacterRange> join(std::span<const SplitPart> parts, bool contiguous) {
  std::vector<CharacterRange> pieces;
  bool previous = false;
  for (const SplitPart& part : parts) {
    const bool joined = contiguous ? part.delimiter == previous : part.delimiter && !previous;
    if (joined && !pieces.empty()) {
      pieces.back().end = part.range.end;
    } else {
      pieces.push_back(part.range);
    }
    previous = part.delimiter;
  }
  return pieces;
}

std::vector<CharacterRange> join_with_next(std::span<const SplitPart> parts) {
  std::vector<CharacterRange> pieces;
  bool following = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->delimiter && !following && !pieces.empty()) {
      pieces.back().start = part->range.start;
    } else {
      pieces.push_back(part->range);
    }
    following = part->delimiter;
  }
  std::ranges::reverse(pieces);
  return pieces;
}

}  // namespace

std::vector<SplitPart> parts_of(std::span<const CharacterRange> matches, std::size_t size) {
  std::vector<SplitPart> parts;
  parts.reserve(2 * matches.size() + 1);
  std::size_t covered = 0;
  for (const CharacterRange& match : matches) {
    if (covered != match.start) parts.push_back({{covered, match.start}, false});
    parts.push_back({match, true});
    covered = match.end;
  }
  if (covered != size) parts.push_back({{covered, size}, false});
  return parts;
}

void append_pieces(std::span<const SplitPart> parts, SplitBehavior behavior, std::size_t offset,
                   std::vector<CharacterRange>& pieces) {
  switch (behavior) {
    case SplitBehavior::removed:
    case SplitBehavior::isolated:
      for (const SplitPart& part : parts) {
        if (behavior == SplitBehavior::isolated || !part.delimiter) {
          append(part.range, offset, pieces);
        }
      }
      return;
    case SplitBehavior::merged_with_previous:
    case SplitBehavior::contiguous:
      for (const CharacterRange& range : join(parts, behavior == SplitBehavior::contiguous)) {
        append(range, offset, pieces);
      }
      return;
    case SplitBehavior::merged_with_next:
      for (const CharacterRange& range : join_with_next(parts)) append(range, offset, pieces);
      return;
  }
}

}  // namespace integrad
