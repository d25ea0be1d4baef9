#include "integrad/text/byte_level.h"

#include <algorithm>
#include <array>
#include <string>

#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

constexpr bool is_visible(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr std::array<char32_t, 256> make_characters() {
  std::array<char32_t, 256> characters{};
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) characters[byte] = is_visible(byte) ? byte : next++;
  return characters;
}

constexpr std::array<char32_t, 256> characters = make_characters();

enum class Kind { letter, number, space, other };

Kind kind_of(char32_t code) {
  if (code < 0x80) {
    if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z')) return Kind::letter;
    if (code >= '0' && code <= '9') return Kind::number;
    return code == ' ' || (code >= 9 && code <= 13) ? Kind::space : Kind::other;
  }
  if (is_white_space(code)) return Kind::space;
  if (is_letter(code)) return Kind::letter;
  return is_number(code) ? Kind::number : Kind::other;
}

// Length of 's, 't, 're, 've, 'm, 'll or 'd at the front of `text`; 0 when there is none.
std::size_t contraction(NormalizedSpan text) {
  if (text.size() < 2 || text[0].code != '\'') return 0;
  const char32_t first = text[1].code;
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if (text.size() < 3) return 0;
  const char32_t second = text[2].code;
  const bool two = (first == 'r' && second == 'e') || (first == 'v' && second == 'e') ||
                   (first == 'l' && second == 'l');
  return two ? 3 : 0;
}

// Length of the word at the front of a text that is not empty.
std::size_t first_word(NormalizedSpan text) {
  if (const std::size_t length = contraction(text)) return length;
  const auto run_end = [text](std::size_t from, Kind kind) {
    while (from < text.size() && kind_of(text[from].code) == kind) ++from;
    return from;
  };
  const bool spaced = text[0].code == ' ' && text.size() > 1;
  const std::size_t start = spaced ? 1 : 0;
  const Kind kind = kind_of(text[start].code);
  if (kind != Kind::space) return run_end(start + 1, kind);
  // White space up to the last one before something else, which goes with that.
  const std::size_t end = run_end(0, Kind::space);
  return end == text.size() || end == 1 ? end : end - 1;
}

}  // namespace

char32_t byte_character(std::uint8_t byte) { return characters[byte]; }

std::optional<std::uint8_t> byte_of_character(char32_t code) {
  if (code < 0x100) {
    if (!is_visible(code)) return std::nullopt;
    return static_cast<std::uint8_t>(code);
  }
  const auto found = std::ranges::find(characters, code);
  if (found == characters.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - characters.begin());
}

void append_byte_characters(NormalizedSpan text, NormalizedText& out) {
  std::string bytes;
  for (const NormalizedCharacter& character : text) {
    if (character.code < 0x80) {
      out.push_back(character);
      out.back().code = characters[character.code];
      continue;
    }
    bytes.clear();
    append_utf8(character.code, bytes);
    for (const char byte : bytes) {
      out.push_back(character);
      out.back().code = characters[static_cast<unsigned char>(byte)];
    }
  }
}

void to_byte_characters(NormalizedText& text) {
  NormalizedText result;
  result.reserve(text.size() + text.size() / 8);
  append_byte_characters(text, result);
  text = std::move(result);
}

void append_byte_level_words(NormalizedSpan text, CharacterRange range,
                             std::vector<CharacterRange>& words) {
  for (std::size_t start = range.start; start < range.end;) {
    const std::size_t length = first_word(text.subspan(start, range.end - start));
    words.push_back({start, start + length});
    start += length;
  }
}

}  // namespace integrad
