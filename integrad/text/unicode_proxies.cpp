// Older characters in the place of new ones.
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "integrad/text/unicode.h"

namespace integrad {
namespace {

struct NewRange {
  char32_t first;
  char32_t last;
  char32_t proxy;
};

// One rare character of each category.
constexpr char32_t uppercase_letter = 0x10400;
constexpr char32_t lowercase_letter = 0x10428;
constexpr char32_t modifier_letter = 0x16F93;
constexpr char32_t other_letter = 0x10450;
constexpr char32_t han_letter = 0x20000;
constexpr char32_t nonspacing_mark = 0xE0100;
constexpr char32_t spacing_mark = 0x1D165;
constexpr char32_t decimal_number = 0x104A0;
constexpr char32_t letter_number = 0x12400;
constexpr char32_t other_number = 0x10107;
constexpr char32_t punctuation = 0x10100;
constexpr char32_t other_symbol = 0x1D000;

// Unicode 15.1 and 16, which ICU 72 does not know. Marks are all taken as nonspacing.
constexpr std::array<NewRange, 72> newer = {
    {{0x897, 0x897, nonspacing_mark},     {0x1B4E, 0x1B4F, punctuation},
     {0x1B7F, 0x1B7F, punctuation},       {0x1C89, 0x1C89, uppercase_letter},
     {0x1C8A, 0x1C8A, lowercase_letter},  {0x2427, 0x2429, other_symbol},
     {0x2FFC, 0x2FFF, other_symbol},      {0x31E4, 0x31E5, other_symbol},
     {0x31EF, 0x31EF, other_symbol},      {0xA7CB, 0xA7CC, uppercase_letter},
     {0xA7CD, 0xA7CD, lowercase_letter},  {0xA7DA, 0xA7DA, uppercase_letter},
     {0xA7DB, 0xA7DB, lowercase_letter},  {0xA7DC, 0xA7DC, uppercase_letter},
     {0x105C0, 0x105F3, other_letter},    {0x10D40, 0x10D49, decimal_number},
     {0x10D4A, 0x10D4F, other_letter},    {0x10D50, 0x10D65, uppercase_letter},
     {0x10D69, 0x10D6D, nonspacing_mark}, {0x10D6E, 0x10D6E, punctuation},
     {0x10D6F, 0x10D6F, other_letter},    {0x10D70, 0x10D85, lowercase_letter},
     {0x10D8E, 0x10D8F, other_symbol},    {0x10EC2, 0x10EC4, other_letter},
     {0x10EFC, 0x10EFC, nonspacing_mark}, {0x11380, 0x11389, other_letter},
     {0x1138B, 0x1138B, other_letter},    {0x1138E, 0x1138E, other_letter},
     {0x11390, 0x113B5, other_letter},    {0x113B7, 0x113B7, other_letter},
     {0x113B8, 0x113C0, nonspacing_mark}, {0x113C2, 0x113C2, nonspacing_mark},
     {0x113C5, 0x113C5, nonspacing_mark}, {0x113C7, 0x113CA, nonspacing_mark},
     {0x113CC, 0x113D0, nonspacing_mark}, {0x113D1, 0x113D1, other_letter},
     {0x113D2, 0x113D2, nonspacing_mark}, {0x113D3, 0x113D3, other_letter},
     {0x113D4, 0x113D5, punctuation},     {0x113D7, 0x113D8, punctuation},
     {0x113E1, 0x113E2, nonspacing_mark}, {0x116D0, 0x116E3, decimal_number},
     {0x11BC0, 0x11BE0, other_letter},    {0x11BE1, 0x11BE1, punctuation},
     {0x11BF0, 0x11BF9, decimal_number},  {0x11F5A, 0x11F5A, nonspacing_mark},
     {0x13460, 0x143FA, other_letter},    {0x16100, 0x1611D, other_letter},
     {0x1611E, 0x1612F, nonspacing_mark}, {0x16130, 0x16139, decimal_number},
     {0x16D40, 0x16D6C, other_letter},    {0x16D6D, 0x16D6F, punctuation},
     {0x16D70, 0x16D79, decimal_number},  {0x18CFF, 0x18CFF, other_letter},
     {0x1CC00, 0x1CCEF, other_symbol},    {0x1CCF0, 0x1CCF9, decimal_number},
     {0x1CD00, 0x1CEB3, other_symbol},    {0x1E5D0, 0x1E5ED, other_letter},
     {0x1E5EE, 0x1E5EF, nonspacing_mark}, {0x1E5F0, 0x1E5F0, other_letter},
     {0x1E5F1, 0x1E5FA, decimal_number},  {0x1E5FF, 0x1E5FF, punctuation},
     {0x1F8B2, 0x1F8BB, other_symbol},    {0x1F8C0, 0x1F8C1, other_symbol},
     {0x1FA89, 0x1FA89, other_symbol},    {0x1FA8F, 0x1FA8F, other_symbol},
     {0x1FABE, 0x1FABE, other_symbol},    {0x1FAC6, 0x1FAC6, other_symbol},
     {0x1FADC, 0x1FADC, other_symbol},    {0x1FADF, 0x1FADF, other_symbol},
     {0x1FAE9, 0x1FAE9, other_symbol},    {0x1FBCB, 0x1FBEF, other_symbol}}};

char32_t proxy_of_category(int8_t category) {
  switch (category) {
    case U_UPPERCASE_LETTER:
      return uppercase_letter;
    case U_LOWERCASE_LETTER:
      return lowercase_letter;
    case U_MODIFIER_LETTER:
      return modifier_letter;
    case U_OTHER_LETTER:
      return other_letter;
    case U_NON_SPACING_MARK:
      return nonspacing_mark;
    case U_COMBINING_SPACING_MARK:
      return spacing_mark;
    case U_DECIMAL_DIGIT_NUMBER:
      return decimal_number;
    case U_LETTER_NUMBER:
      return letter_number;
    case U_OTHER_NUMBER:
      return other_number;
    case U_OTHER_PUNCTUATION:
      return punctuation;
    case U_OTHER_SYMBOL:
      return other_symbol;
    default:
      return 0;
  }
}

}  // namespace

char32_t known_to_unicode14(char32_t code) {
  if (code < 0x80 || assigned_in(14, code)) return code;
  // Unified ideographs of Unicode 15 and 15.1.
  if ((code >= 0x31350 && code <= 0x323AF) || (code >= 0x2EBF0 && code <= 0x2EE5D)) {
    return han_letter;
  }
  const char32_t proxy = proxy_of_category(u_charType(static_cast<UChar32>(code)));
  if (proxy != 0) return proxy;
  const auto found = std::ranges::upper_bound(newer, code, {}, &NewRange::first);
  if (found == newer.begin() || code > std::prev(found)->last) return code;
  return std::prev(found)->proxy;
}

}  // namespace integrad
