// GPT-2's byte-level alphabet: every byte of a text is a visible character, so that a vocabulary of
// characters covers all texts; and the regular expression that cuts a text into words before.
// Source: openai/gpt-2, src/encoder.py.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/regular_expression.h"

namespace integrad {

/// The character of a byte: itself where it is visible in Latin-1, else U+0100 and on.
char32_t byte_character(std::uint8_t byte);
/// The byte of such a character; none for all others.
std::optional<std::uint8_t> byte_of_character(char32_t code);

/// Appends to `out`, for every character, those of its UTF-8 bytes, which share its place in the
/// text.
void append_byte_characters(NormalizedSpan text, NormalizedText& out);
/// Replaces `text` by them.
void to_byte_characters(NormalizedText& text);

/// Appends the words of characters [range.start, range.end) of `text`, which cover them:
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
void append_byte_level_words(NormalizedSpan text, CharacterRange range,
                             std::vector<CharacterRange>& words);

}  // namespace integrad
