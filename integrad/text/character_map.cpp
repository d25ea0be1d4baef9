#include "integrad/text/character_map.h"

#include <algorithm>

#include "integrad/base/error.h"
#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

std::uint32_t read_unit(std::string_view bytes, std::size_t at) {
  std::uint32_t unit = 0;
  for (std::size_t k = 4; k-- > 0;) unit = (unit << 8) | static_cast<unsigned char>(bytes[at + k]);
  return unit;
}

bool has_leaf(std::uint32_t unit) { return (unit >> 8) & 1; }
std::uint32_t label(std::uint32_t unit) { return unit & 0x800000FFu; }
std::size_t offset(std::uint32_t unit) {
  return static_cast<std::size_t>(unit >> 10) << ((unit & 0x200u) >> 6);
}

// The replacement's characters stand for those of `replaced` one by one; what is left over is
// inserted behind, or dropped with the last.
void append_replacement(std::string_view replacement, std::size_t replaced,
                        std::vector<CharacterChange>& changes) {
  const std::u32string codes = decode_all(replacement);
  for (const char32_t code : codes) changes.push_back({code, 0});
  if (codes.size() >= replaced) {
    const auto inserted = static_cast<std::ptrdiff_t>(codes.size() - replaced);
    for (auto change = changes.end() - inserted; change != changes.end(); ++change) {
      change->change = 1;
    }
  } else if (!changes.empty()) {
    changes.back().change -= static_cast<std::ptrdiff_t>(replaced - codes.size());
  }
}

}  // namespace

CharacterMap::CharacterMap(std::string_view bytes) {
  if (bytes.size() < 4) throw TokenizerError("the precompiled character map is cut short");
  const std::size_t units = read_unit(bytes, 0) / 4;
  if (units > (bytes.size() - 4) / 4 || units == 0) {
    throw TokenizerError("the precompiled character map says that its trie has " +
                         std::to_string(units) + " units, but has " + std::to_string(bytes.size()) +
                         " bytes in all");
  }
  trie_.reserve(units);
  for (std::size_t k = 0; k < units; ++k) trie_.push_back(read_unit(bytes, 4 + 4 * k));
  replacements_ = bytes.substr(4 + 4 * units);
  if (const auto position = find_invalid_utf8(replacements_)) {
    throw TokenizerError("the replacements of the precompiled character map are not UTF-8");
  }
}

// Walks down from the root byte by byte, to the shortest rule that `text` begins with.
std::optional<std::string_view> CharacterMap::replacement(std::string_view text) const {
  std::size_t node = offset(trie_[0]);
  for (const char character : text) {
    const std::uint32_t byte = static_cast<unsigned char>(character);
    if (byte == 0) break;
    node ^= byte;
    if (node >= trie_.size() || label(trie_[node]) != byte) break;
    const std::uint32_t unit = trie_[node];
    node ^= offset(unit);
    if (node >= trie_.size()) break;
    if (!has_leaf(unit)) continue;
    const std::size_t start = trie_[node] & 0x7FFFFFFFu;
    if (start > replacements_.size()) break;
    // A link into the middle of a character shows a broken file.
    if (start < replacements_.size() &&
        (static_cast<unsigned char>(replacements_[start]) & 0xC0) == 0x80) {
      break;
    }
    const std::size_t end = std::min(replacements_.find('\0', start), replacements_.size());
    return std::string_view(replacements_).substr(start, end - start);
  }
  return std::nullopt;
}

void CharacterMap::apply(NormalizedText& text) const {
  std::vector<CharacterChange> changes;
  changes.reserve(text.size());
  bool modified = false;
  std::size_t start = 0;
  std::string cluster;
  for (const std::size_t end : grapheme_ends(codes_of(text))) {
    cluster.clear();
    for (std::size_t k = start; k < end; ++k) append_utf8(text[k].code, cluster);
    const auto whole = cluster.size() < 6 ? replacement(cluster) : std::nullopt;
    if (whole) {
      append_replacement(*whole, end - start, changes);
      modified = true;
    }
    for (std::size_t k = start; k < end && !whole; ++k) {
      cluster.clear();
      append_utf8(text[k].code, cluster);
      if (const auto single = replacement(cluster)) {
        append_replacement(*single, 1, changes);
        modified = true;
      } else {
        changes.push_back({text[k].code, 0});
      }
    }
    start = end;
  }
  if (modified) transform(changes, text);
}

std::string decode_base64(std::string_view text) {
  const auto value = [](char character) -> int {
    if (character >= 'A' && character <= 'Z') return character - 'A';
    if (character >= 'a' && character <= 'z') return character - 'a' + 26;
    if (character >= '0' && character <= '9') return character - '0' + 52;
    if (character == '+') return 62;
    return character == '/' ? 63 : -1;
  };
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char character : text) {
    const int next = value(character);
    if (next < 0) throw TokenizerError("not base64: '" + std::string(1, character) + "'");
    bits = (bits << 6) | static_cast<std::uint32_t>(next);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>((bits >> count) & 0xFF));
  }
  return bytes;
}

}  // namespace integrad
