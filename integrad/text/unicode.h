// Properties of characters in the versions of Unicode that Hugging Face's tokenizers were built
// with: general categories of Unicode 8, decompositions of Unicode 9, lowercase of Unicode 17,
// word characters of Unicode 16.
// The .cpp is the only file that includes ICU (72, Unicode 15): the older versions are ICU's data
// restricted by the age of a character, plus the few characters whose category changed since.
#pragma once

#include <array>
#include <cstdint>

namespace integrad {

/// White_Space (stable since Unicode 6.3).
bool is_white_space(char32_t code);
/// General category Cc, Cf or Co of Unicode 8. Unassigned codes are not among them.
bool is_control_or_format(char32_t code);
/// General category Mn of Unicode 8 (1567 characters).
bool is_nonspacing_mark(char32_t code);
/// General category M* of Unicode 9.
bool is_combining_mark(char32_t code);
/// General category P* of Unicode 8 (717 characters), or ASCII punctuation ("$+<=>^`|~" too).
bool is_punctuation(char32_t code);
/// What a regular expression's \w matches: alphabetic, mark, decimal digit, connector or joiner.
bool is_word_character(char32_t code);

/// Canonical combining class of Unicode 9.
std::uint8_t combining_class(char32_t code);

/// A short run of characters that one character becomes.
struct CharacterSequence {
  std::array<char32_t, 4> codes{};
  int size = 0;
};

/// Full canonical decomposition of Unicode 9; the character itself when it has none.
CharacterSequence canonical_decomposition(char32_t code);

/// Lowercase without context: U+03A3 is always U+03C3; U+0130 becomes two characters.
CharacterSequence lowercase(char32_t code);

}  // namespace integrad
