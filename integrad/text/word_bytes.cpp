#include "integrad/text/word_bytes.h"

#include <algorithm>

#include "integrad/text/utf8.h"

namespace integrad {

void WordBytes::assign(NormalizedSpan word) {
  bytes.clear();
  ends.clear();
  for (const NormalizedCharacter& character : word) {
    append_utf8(character.code, bytes);
    ends.push_back(bytes.size());
  }
}

ByteRange WordBytes::original_range(NormalizedSpan word, std::size_t from, std::size_t to) const {
  if (to > bytes.size()) {
    const std::ptrdiff_t end = word.back().original_start + word.back().original_bytes;
    return {std::min(static_cast<std::ptrdiff_t>(from), end),
            std::min(static_cast<std::ptrdiff_t>(to), end)};
  }
  const auto character_of = [this](std::size_t byte) {
    return static_cast<std::size_t>(std::ranges::upper_bound(ends, byte) - ends.begin());
  };
  const NormalizedCharacter& first = word[character_of(from)];
  const NormalizedCharacter& last = word[character_of(to - 1)];
  return {first.original_start, last.original_start + last.original_bytes};
}

}  // namespace integrad
