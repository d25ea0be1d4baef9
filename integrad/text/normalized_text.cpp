#include "integrad/text/normalized_text.h"

#include <algorithm>

#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

struct DecomposedCharacter {
  char32_t code = 0;
  std::uint8_t combining_class = 0;
  bool inserted = false;  // not the first character of a decomposition
};

void sort_marks(std::vector<DecomposedCharacter>& characters, std::size_t from) {
  if (characters.size() - from < 2) return;
  std::stable_sort(characters.begin() + static_cast<std::ptrdiff_t>(from), characters.end(),
                   [](const DecomposedCharacter& a, const DecomposedCharacter& b) {
                     return a.combining_class < b.combining_class;
                   });
}

}  // namespace

NormalizedText align(std::string_view text) {
  NormalizedText result;
  result.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const DecodedCharacter next = decode_utf8(text, position);
    result.push_back({next.code, next.bytes, static_cast<std::ptrdiff_t>(position)});
    position += next.bytes;
  }
  return result;
}

ByteRange original_range(NormalizedSpan characters) {
  if (characters.empty()) return {};
  const NormalizedCharacter& last = characters.back();
  return {characters.front().original_start, last.original_start + last.original_bytes};
}

std::string to_utf8(NormalizedSpan characters) {
  std::string result;
  result.reserve(characters.size());
  for (const NormalizedCharacter& character : characters) append_utf8(character.code, result);
  return result;
}

void decompose(NormalizedText& text) {
  // Below U+00C0 nothing decomposes and nothing is a mark.
  if (std::ranges::all_of(text, [](const auto& c) { return c.code < 0xC0; })) return;
  std::vector<DecomposedCharacter> decomposed;
  decomposed.reserve(text.size() + text.size() / 4);
  std::size_t run_start = 0;
  for (const NormalizedCharacter& character : text) {
    const CharacterSequence sequence = canonical_decomposition(character.code);
    for (int k = 0; k < sequence.size; ++k) {
      const char32_t code = sequence.codes[static_cast<std::size_t>(k)];
      const std::uint8_t value = combining_class(code);
      if (value == 0) {
        sort_marks(decomposed, run_start);
        run_start = decomposed.size();
      }
      decomposed.push_back({code, value, k > 0});
    }
  }
  sort_marks(decomposed, run_start);

  NormalizedText result;
  result.reserve(decomposed.size());
  std::size_t consumed = 0;  // the first of a run is never an inserted one, so consumed > 0 below
  for (const DecomposedCharacter& character : decomposed) {
    if (!character.inserted) ++consumed;
    const NormalizedCharacter& source = text[consumed - 1];
    result.push_back({character.code, source.original_bytes, source.original_start});
  }
  text = std::move(result);
}

void make_lowercase(NormalizedText& text) {
  std::size_t dotted_capitals = 0;
  for (NormalizedCharacter& character : text) {
    if (character.code == 0x130) ++dotted_capitals;
  }
  if (dotted_capitals == 0) {
    for (NormalizedCharacter& character : text) character.code = lowercase(character.code).codes[0];
    return;
  }
  NormalizedText result;
  result.reserve(text.size() + dotted_capitals);
  for (const NormalizedCharacter& character : text) {
    const CharacterSequence lower = lowercase(character.code);
    for (int k = 0; k < lower.size; ++k) {
      result.push_back(character);
      result.back().code = lower.codes[static_cast<std::size_t>(k)];
    }
  }
  text = std::move(result);
}

}  // namespace integrad
