// A text on its way through the normalizer: every character knows which bytes of the user's own
// text it comes from. Deleted characters extend nothing, inserted ones share the bytes of the one
// before them, as in Hugging Face's NormalizedString.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/encoding.h"

namespace integrad {

/// A character and the one character of the original text that it stands for.
struct NormalizedCharacter {
  char32_t code = 0;
  std::uint32_t original_bytes = 0;
  std::ptrdiff_t original_start = 0;
};

using NormalizedText = std::vector<NormalizedCharacter>;
using NormalizedSpan = std::span<const NormalizedCharacter>;

/// The characters of valid UTF-8, each aligned with itself.
NormalizedText align(std::string_view text);

/// From the start of the first character's bytes to the end of the last one's; {0, 0} when empty.
ByteRange original_range(NormalizedSpan characters);

/// The characters as UTF-8.
std::string to_utf8(NormalizedSpan characters);

/// One character of a new text, made from the characters of the old one in order: 0 stands for the
/// next of them; -N for the next, N more being dropped after it; above 0 for none (it shares the
/// bytes of the old character before). The transformations of Hugging Face's NormalizedString.
struct CharacterChange {
  char32_t code = 0;
  std::ptrdiff_t change = 0;
};

/// Replaces `text`.
void transform(std::span<const CharacterChange> changes, NormalizedText& text);

/// Puts `prefix` before a text that is not empty; it shares the bytes of the first character.
void prepend(std::u32string_view prefix, NormalizedText& text);

/// The codes of the characters.
std::u32string codes_of(NormalizedSpan characters);

/// The characters of valid UTF-8.
std::u32string decode_all(std::string_view text);

/// Lowercase of every character for itself.
void make_lowercase(NormalizedText& text);

}  // namespace integrad
