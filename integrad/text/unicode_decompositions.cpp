// Decompositions and compositions of Unicode 9.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <string>

#include "integrad/base/error.h"
#include "integrad/text/unicode.h"

namespace integrad {
namespace {

UChar32 to_icu(char32_t code) { return static_cast<UChar32>(code); }

const icu::Normalizer2& checked(const icu::Normalizer2* normalizer, UErrorCode status) {
  if (U_FAILURE(status)) {
    throw TokenizerError(std::string("the Unicode data of ICU cannot be loaded: ") +
                         u_errorName(status));
  }
  return *normalizer;
}

const icu::Normalizer2& canonical_normalizer() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFDInstance(status);
  return checked(normalizer, status);
}

const icu::Normalizer2& compatibility_normalizer() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKDInstance(status);
  return checked(normalizer, status);
}

const icu::Normalizer2& composing_normalizer() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  return checked(normalizer, status);
}

}  // namespace

std::uint8_t combining_class(char32_t code) {
  if (code < 0x300) return 0;
  const std::uint8_t value = u_getCombiningClass(to_icu(code));
  return value != 0 && assigned_in(9, code) ? value : 0;
}

CharacterSequence canonical_decomposition(char32_t code) {
  CharacterSequence result{{code}, 1};
  if (code < 0xC0) return result;
  icu::UnicodeString decomposed;
  if (!canonical_normalizer().getDecomposition(to_icu(code), decomposed)) return result;
  if (!assigned_in(9, code)) return result;
  result.size = 0;
  for (int32_t k = 0; k < decomposed.length() && result.size < 4;) {
    const UChar32 next = decomposed.char32At(k);
    result.codes[static_cast<std::size_t>(result.size++)] = static_cast<char32_t>(next);
    k += U16_LENGTH(next);
  }
  return result;
}

std::u32string compatibility_decomposition(char32_t code) {
  std::u32string result;
  if (code < 0xA0) return result;
  icu::UnicodeString decomposed;
  if (!compatibility_normalizer().getDecomposition(to_icu(code), decomposed)) return result;
  if (!assigned_in(9, code)) return result;
  for (int32_t k = 0; k < decomposed.length();) {
    const UChar32 next = decomposed.char32At(k);
    result.push_back(static_cast<char32_t>(next));
    k += U16_LENGTH(next);
  }
  return result;
}

char32_t composition(char32_t first, char32_t second) {
  if (second < 0x300) return 0;
  const UChar32 composed = composing_normalizer().composePair(to_icu(first), to_icu(second));
  if (composed < 0 || !assigned_in(9, static_cast<char32_t>(composed))) return 0;
  return static_cast<char32_t>(composed);
}

}  // namespace integrad
