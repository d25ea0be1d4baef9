#include "integrad/render/visible_text.h"

#include <array>
#include <cstdint>

namespace integrad {
namespace {

struct Decoded {
  std::uint32_t code_point = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// One code point at the start of `text` (not empty); overlong forms and surrogates are invalid.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  std::uint32_t code_point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < smallest[length] || code_point > 0x10ffff || surrogate) return {};
  return {code_point, length, true};
}

// Line and paragraph separators, embeddings and overrides, isolates.
bool steers_layout(std::uint32_t c) {
  return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void append_code(std::string& out, std::uint32_t code_point) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += "⟨U+";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[code_point >> shift & 0xf];
  out += "⟩";
}

// U+2400 + c: the picture of control character c.
void append_picture(std::string& out, std::uint32_t c) {
  const std::uint32_t low = c == 0x7f ? 0x21 : c;
  out += "\xe2\x90";
  out += static_cast<char>(0x80 + low);
}

void append_visible(std::string& out, std::string_view bytes, std::uint32_t c, Lines lines) {
  if (lines == Lines::keep && (c == '\n' || c == '\t')) {
    out += static_cast<char>(c);
  } else if (c < 0x20 || c == 0x7f) {
    append_picture(out, c);
  } else if ((c >= 0x80 && c < 0xa0) || steers_layout(c)) {
    append_code(out, c);
  } else {
    out += bytes;
  }
}

}  // namespace

std::string visible_text(std::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Decoded decoded = decode(text.substr(i));
    const bool line_end = lines == Lines::keep && text.substr(i, 2) == "\r\n";
    if (!decoded.valid) {
      out += "\uFFFD";
    } else if (!line_end) {
      append_visible(out, text.substr(i, decoded.bytes), decoded.code_point, lines);
    }
    i += decoded.bytes;
  }
  return out;
}

std::string start_of(std::string_view text, std::size_t characters) {
  std::size_t end = 0;
  for (std::size_t count = 0; count < characters && end < text.size(); ++count) {
    end += decode(text.substr(end)).bytes;
  }
  return visible_text(text.substr(0, end), Lines::show) + (end < text.size() ? "…" : "");
}

}  // namespace integrad
