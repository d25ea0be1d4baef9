// UTF-8, byte by byte: decoding with the position and extent of what is wrong, and encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace integrad {

/// What stands at one position of a text.
struct DecodedCharacter {
  char32_t code = 0xFFFD;  // U+FFFD when not valid
  std::uint8_t bytes = 1;  // the character's, or those of the maximal invalid subpart
  bool valid = false;
};

/// The character that starts at byte `position` < text.size(). Surrogates, overlong forms and codes
/// above U+10FFFF are not valid; the maximal subpart is that of Unicode 15, table 3-8 (the one that
/// Python's errors="replace" puts one U+FFFD for).
DecodedCharacter decode_utf8(std::string_view text, std::size_t position);

/// Appends a character (not a surrogate, at most U+10FFFF) to `text`.
void append_utf8(char32_t code, std::string& text);

/// Byte position of the first thing that is not UTF-8; none when all is valid.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace integrad
