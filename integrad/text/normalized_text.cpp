#include "integrad/text/normalized_text.h"

#include <algorithm>

#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
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

void transform(std::span<const CharacterChange> changes, NormalizedText& text) {
  NormalizedText result;
  result.reserve(changes.size());
  std::size_t position = 0;  // of the next character of the old text
  for (const CharacterChange& change : changes) {
    NormalizedCharacter character;
    if (change.change > 0) {
      if (position > 0) character = text[std::min(position, text.size()) - 1];
    } else {
      // A change without an old character does not occur in the reference, which would stop there.
      if (!text.empty()) character = text[std::min(position, text.size() - 1)];
      position += 1 + static_cast<std::size_t>(-change.change);
    }
    character.code = change.code;
    result.push_back(character);
  }
  text = std::move(result);
}

void prepend(std::u32string_view prefix, NormalizedText& text) {
  if (text.empty()) return;
  NormalizedText inserted(prefix.size(), text.front());
  for (std::size_t k = 0; k < prefix.size(); ++k) inserted[k].code = prefix[k];
  text.insert(text.begin(), inserted.begin(), inserted.end());
}

std::u32string codes_of(NormalizedSpan characters) {
  std::u32string codes;
  codes.reserve(characters.size());
  for (const NormalizedCharacter& character : characters) codes.push_back(character.code);
  return codes;
}

std::u32string decode_all(std::string_view text) {
  std::u32string codes;
  for (std::size_t position = 0; position < text.size();) {
    const DecodedCharacter next = decode_utf8(text, position);
    codes.push_back(next.code);
    position += next.bytes;
  }
  return codes;
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
