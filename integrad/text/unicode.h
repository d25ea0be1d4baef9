// Properties of characters in the versions of Unicode that Hugging Face's tokenizers were built
// with: general categories of Unicode 8, decompositions of Unicode 9, lowercase and numbers of
// Unicode 17, letters and word characters of Unicode 16.
// Only the unicode*.cpp include ICU (72, Unicode 15): the older versions are ICU's data restricted
// by the age of a character, plus the few characters whose category changed since; the newer ones
// are ICU's data and a list.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// A letter (L*) or a number (N*) of Unicode 16, as the regular expressions of Hugging Face's
/// tokenizers see them.
bool is_letter(char32_t code);
bool is_number(char32_t code);
/// A number (N*) of Unicode 17: Rust's char::is_numeric.
bool is_numeric(char32_t code);

/// Python's str.isdigit: decimal digits and the like (superscripts, circled numbers), Unicode 15.
bool is_decimal_digit(char32_t code);

/// The character itself when Unicode 14 knows it; else one of Unicode 14 in the same category, for
/// libraries with older tables (categories of Unicode 16).
char32_t known_to_unicode14(char32_t code);

/// Whether a character was assigned in that version of Unicode or before (major version, minor 0).
bool assigned_in(int version, char32_t code);

/// Canonical combining class of Unicode 9.
std::uint8_t combining_class(char32_t code);

/// A short run of characters that one character becomes.
struct CharacterSequence {
  std::array<char32_t, 4> codes{};
  int size = 0;
};

/// Full canonical decomposition of Unicode 9; the character itself when it has none.
CharacterSequence canonical_decomposition(char32_t code);
/// Full compatibility decomposition of Unicode 9 (at most 18 characters); empty when it has none.
std::u32string compatibility_decomposition(char32_t code);
/// The character of Unicode 9 that two characters compose to canonically; 0 when there is none.
char32_t composition(char32_t first, char32_t second);

/// Lowercase without context: U+03A3 is always U+03C3; U+0130 becomes two characters.
CharacterSequence lowercase(char32_t code);

/// Ends of the extended grapheme clusters of a text (UAX #29 of Unicode 15), in characters.
std::vector<std::size_t> grapheme_ends(std::u32string_view text);

}  // namespace integrad
