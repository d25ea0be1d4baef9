// A word as UTF-8, and the way back from its bytes to its characters.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "integrad/text/normalized_text.h"

namespace integrad {

/// One thread reuses it from word to word.
struct WordBytes {
  std::string bytes;
  std::vector<std::size_t> ends;  // byte position after each character

  void assign(NormalizedSpan word);
  /// Start of a character in bytes.
  std::size_t start(std::size_t character) const {
    return character == 0 ? 0 : ends[character - 1];
  }
  /// Bytes of the user's text that bytes [from, to) of `word` stand for, 0 <= from < to. Beyond the
  /// word there is nothing to point at; then the reference gives from and to themselves, and so
  /// does this, as far as the word's own place in the text reaches.
  ByteRange original_range(NormalizedSpan word, std::size_t from, std::size_t to) const;
};

}  // namespace integrad
