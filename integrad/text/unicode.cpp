#include "integrad/text/unicode.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

namespace integrad {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Word characters of Unicode 15.1 and 16, newer than ICU 72.
constexpr std::array<Range, 32> newer_word_characters = {
    {{0x897, 0x897},     {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},
     {0x105C0, 0x105F3}, {0x10D40, 0x10D65}, {0x10D69, 0x10D6D}, {0x10D6F, 0x10D85},
     {0x10EC2, 0x10EC4}, {0x10EFC, 0x10EFC}, {0x11380, 0x11389}, {0x1138B, 0x1138B},
     {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113C0}, {0x113C2, 0x113C2},
     {0x113C5, 0x113C5}, {0x113C7, 0x113CA}, {0x113CC, 0x113D3}, {0x113E1, 0x113E2},
     {0x116D0, 0x116E3}, {0x11BC0, 0x11BE0}, {0x11BF0, 0x11BF9}, {0x11F5A, 0x11F5A},
     {0x13460, 0x143FA}, {0x16100, 0x16139}, {0x16D40, 0x16D6C}, {0x16D70, 0x16D79},
     {0x18CFF, 0x18CFF}, {0x1CCF0, 0x1CCF9}, {0x1E5D0, 0x1E5FA}, {0x2EBF0, 0x2EE5D}}};

// Letters and numbers of Unicode 15.1 and 16; numbers of Unicode 17.
constexpr std::array<Range, 22> newer_letters = {
    {{0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3},
     {0x10D4A, 0x10D65}, {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389},
     {0x1138B, 0x1138B}, {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113B7},
     {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0}, {0x13460, 0x143FA},
     {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
     {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D}}};
constexpr std::array<Range, 7> newer_numbers = {{{0x10D40, 0x10D49},
                                                 {0x116D0, 0x116E3},
                                                 {0x11BF0, 0x11BF9},
                                                 {0x16130, 0x16139},
                                                 {0x16D70, 0x16D79},
                                                 {0x1CCF0, 0x1CCF9},
                                                 {0x1E5F1, 0x1E5FA}}};
constexpr std::array<Range, 2> newest_numbers = {{{0x11DE0, 0x11DE9}, {0x16FF4, 0x16FF6}}};

UChar32 to_icu(char32_t code) { return static_cast<UChar32>(code); }

std::uint32_t category_mask(char32_t code) { return U_GET_GC_MASK(to_icu(code)); }

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, char32_t code) {
  return std::ranges::any_of(
      ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

}  // namespace

bool assigned_in(int version, char32_t code) {
  UVersionInfo age;
  u_charAge(to_icu(code), age);
  return age[0] != 0 && (age[0] < version || (age[0] == version && age[1] == 0));
}

bool is_white_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_control_or_format(char32_t code) {
  if (code < 0x80) return code < 0x20 || code == 0x7F;
  const std::uint32_t mask = category_mask(code);
  if (mask & (U_GC_CC_MASK | U_GC_CO_MASK)) return true;
  return (mask & U_GC_CF_MASK) && assigned_in(8, code);
}

bool is_nonspacing_mark(char32_t code) {
  if (code < 0x300) return false;
  if (code == 0x1734) return true;  // Mc since Unicode 14
  if (code == 0x1885 || code == 0x1886 || code == 0xA9BD || code == 0x111C9) return false;
  return (category_mask(code) & U_GC_MN_MASK) && assigned_in(8, code);
}

bool is_combining_mark(char32_t code) {
  if (code < 0x300) return false;
  if (code == 0x1CF2 || code == 0x1CF3) return true;  // Lo since Unicode 12
  if (code == 0x111C9) return false;                  // Po until Unicode 10
  return (category_mask(code) & U_GC_M_MASK) && assigned_in(9, code);
}

bool is_punctuation(char32_t code) {
  if (code < 0x80) {
    return (code >= 0x21 && code <= 0x2F) || (code >= 0x3A && code <= 0x40) ||
           (code >= 0x5B && code <= 0x60) || (code >= 0x7B && code <= 0x7E);
  }
  if (code == 0x166D || code == 0x111C9) return true;  // So and Mn in later versions
  return (category_mask(code) & U_GC_P_MASK) && assigned_in(8, code);
}

bool is_word_character(char32_t code) {
  if (code < 0x80) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
           (code >= '0' && code <= '9') || code == '_';
  }
  return (category_mask(code) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) ||
         u_hasBinaryProperty(to_icu(code), UCHAR_ALPHABETIC) || code == 0x200C || code == 0x200D ||
         in_ranges(newer_word_characters, code);
}

bool is_letter(char32_t code) {
  if (code < 0x80) return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  return (category_mask(code) & U_GC_L_MASK) || in_ranges(newer_letters, code);
}

bool is_number(char32_t code) {
  if (code < 0x80) return code >= '0' && code <= '9';
  return (category_mask(code) & U_GC_N_MASK) || in_ranges(newer_numbers, code);
}

bool is_numeric(char32_t code) { return is_number(code) || in_ranges(newest_numbers, code); }

bool is_decimal_digit(char32_t code) {
  const auto type =
      static_cast<UNumericType>(u_getIntPropertyValue(to_icu(code), UCHAR_NUMERIC_TYPE));
  return type == U_NT_DECIMAL || type == U_NT_DIGIT;
}

CharacterSequence lowercase(char32_t code) {
  if (code < 0x80) return {{code >= 'A' && code <= 'Z' ? code + 32 : code}, 1};
  if (code == 0x130) return {{'i', 0x307}, 2};
  const char32_t lower = static_cast<char32_t>(u_tolower(to_icu(code)));
  if (lower != code) return {{lower}, 1};
  // Pairs of Unicode 16 and 17, newer than ICU 72.
  if (code == 0x1C89 || code == 0xA7CC || code == 0xA7CE || code == 0xA7D2 || code == 0xA7D4 ||
      code == 0xA7DA) {
    return {{code + 1}, 1};
  }
  if (code == 0xA7CB) return {{0x264}, 1};
  if (code == 0xA7DC) return {{0x19B}, 1};
  if (code >= 0x10D50 && code <= 0x10D65) return {{code + 0x20}, 1};
  if (code >= 0x16EA0 && code <= 0x16EB8) return {{code + 0x1B}, 1};
  return {{code}, 1};
}

}  // namespace integrad
