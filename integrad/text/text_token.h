// A token of a text on its way from the model to the post-processor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "integrad/text/encoding.h"

namespace integrad {

/// One token, before special tokens are added. `piece` looks into the vocabulary.
struct TextToken {
  std::int32_t id = 0;
  std::string_view piece;
  ByteRange range;          // into the original text
  std::ptrdiff_t word = 0;  // number of the word, from 0
  /// What an added token matched, white space that it swallowed included; empty for all others.
  std::string_view matched = {};
};

}  // namespace integrad
