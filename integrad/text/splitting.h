// From the delimiters found in a text to the pieces that it is cut into.
#pragma once

#include <span>
#include <vector>

#include "integrad/text/regular_expression.h"

namespace integrad {

/// What becomes of a delimiter. "the-final--countdown", cut at "-":
enum class SplitBehavior {
  removed,               // the|final|countdown
  isolated,              // the|-|final|-|-|countdown
  merged_with_previous,  // the-|final-|-|countdown
  merged_with_next,      // the|-final|-|-countdown
  contiguous,            // the|-|final|--|countdown
};

/// Part of a text that is a delimiter or lies between two.
struct SplitPart {
  CharacterRange range;
  bool delimiter = false;
};

/// The parts of a text of `size` characters, none of them empty unless a match is; they cover it.
std::vector<SplitPart> parts_of(std::span<const CharacterRange> matches, std::size_t size);

/// Appends the pieces, each moved by `offset` characters, empty ones left out.
void append_pieces(std::span<const SplitPart> parts, SplitBehavior behavior, std::size_t offset,
                   std::vector<CharacterRange>& pieces);

}  // namespace integrad
