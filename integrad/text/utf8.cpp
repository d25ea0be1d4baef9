#include "integrad/text/utf8.h"

#include "integrad/text/tokenizer.h"

namespace integrad {
namespace {

// How a sequence goes on after its first byte: the number of bytes that follow, and the range of
// the second one, which alone rules out overlong forms, surrogates and codes above U+10FFFF.
struct Lead {
  int following = 0;
  unsigned char second_from = 0x80;
  unsigned char second_to = 0xBF;
};

Lead classify(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {1, 0x80, 0xBF};
  if (first == 0xE0) return {2, 0xA0, 0xBF};
  if (first == 0xED) return {2, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {2, 0x80, 0xBF};
  if (first == 0xF0) return {3, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {3, 0x80, 0xBF};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

}  // namespace

DecodedCharacter decode_utf8(std::string_view text, std::size_t position) {
  const auto first = static_cast<unsigned char>(text[position]);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = classify(first);
  if (lead.following == 0) return {};
  char32_t code = first & (0x3Fu >> lead.following);
  for (int k = 1; k <= lead.following; ++k) {
    const std::size_t next = position + static_cast<std::size_t>(k);
    const unsigned char byte = next < text.size() ? static_cast<unsigned char>(text[next]) : 0;
    const unsigned char from = k == 1 ? lead.second_from : 0x80;
    const unsigned char to = k == 1 ? lead.second_to : 0xBF;
    if (byte < from || byte > to) return {0xFFFD, static_cast<std::uint8_t>(k), false};
    code = (code << 6) | (byte & 0x3Fu);
  }
  return {code, static_cast<std::uint8_t>(lead.following + 1), true};
}

void append_utf8(char32_t code, std::string& text) {
  const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const DecodedCharacter next = decode_utf8(text, position);
    if (!next.valid) return position;
    position += next.bytes;
  }
  return std::nullopt;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const DecodedCharacter next = decode_utf8(text, position);
    append_utf8(next.code, repaired);
    position += next.bytes;
  }
  return repaired;
}

}  // namespace integrad
