#include "integrad/text/byte_fallback.h"

namespace integrad {

std::string byte_piece(unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

std::optional<std::vector<std::size_t>> byte_pieces(const Vocabulary& vocabulary,
                                                    std::string_view text) {
  std::vector<std::size_t> positions;
  for (const char byte : text) {
    const auto found = vocabulary.find(byte_piece(static_cast<unsigned char>(byte)));
    if (!found) return std::nullopt;
    positions.push_back(*found);
  }
  return positions;
}

}  // namespace integrad
