// SentencePiece's way out for characters without a piece: one piece a byte, "<0x00>" to "<0xFF>".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/vocabulary.h"

namespace integrad {

/// "<0xE5>" for 0xE5.
std::string byte_piece(unsigned char byte);

/// Positions of the pieces of the bytes of `text`; none when the vocabulary lacks one of them.
std::optional<std::vector<std::size_t>> byte_pieces(const Vocabulary& vocabulary,
                                                    std::string_view text);

}  // namespace integrad
