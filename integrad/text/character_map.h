// SentencePiece's compiled normalization rules ("precompiled_charsmap"): a double-array trie
// (Darts) over bytes, whose leaves point at replacements in a block of text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/normalized_text.h"

namespace integrad {

/// Const and shareable.
class CharacterMap {
 public:
  /// `bytes`: length of the trie in bytes (32 bits, little endian), the trie, the replacements,
  /// each ended by a NUL. Throws TokenizerError when that does not fit; bad links inside are no
  /// matches.
  explicit CharacterMap(std::string_view bytes);

  /// Replaces every grapheme cluster of less than six bytes that begins with a rule's text by the
  /// rule's replacement, and the single characters of the other clusters likewise: Hugging Face's
  /// reading of the rules, which differs from SentencePiece's own.
  void apply(NormalizedText& text) const;

 private:
  std::optional<std::string_view> replacement(std::string_view text) const;

  std::vector<std::uint32_t> trie_;
  std::string replacements_;
};

/// Bytes of base64 text. Throws TokenizerError when it is not base64.
std::string decode_base64(std::string_view text);

}  // namespace integrad
