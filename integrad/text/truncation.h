// How a text or a pair is shortened to a number of tokens.
#pragma once

#include <cstddef>
#include <utility>

#include "integrad/text/tokenizer.h"

namespace integrad {

/// How many tokens of each text stay when together they may have `longest` (special tokens not
/// counted): Hugging Face's longest_first. The longer text gives first; when both must give they
/// get half each, and the odd token goes to the longer one (to the second of two equals).
std::pair<std::size_t, std::size_t> truncate_longest_first(std::size_t first, std::size_t second,
                                                           std::size_t longest);

/// The same by any strategy. Throws UsageError when the one text that may be cut is not longer than
/// what must go; a single text is the first.
std::pair<std::size_t, std::size_t> truncate(std::size_t first, std::size_t second,
                                             std::size_t longest, TruncationStrategy strategy);

}  // namespace integrad
