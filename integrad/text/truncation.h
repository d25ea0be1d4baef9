// How a text or a pair is shortened to a number of tokens.
#pragma once

#include <cstddef>
#include <utility>

namespace integrad {

/// How many tokens of each text stay when together they may have `longest` (special tokens not
/// counted): Hugging Face's longest_first. The longer text gives first; when both must give they
/// get half each, and the odd token goes to the longer one (to the second of two equals).
std::pair<std::size_t, std::size_t> truncate_longest_first(std::size_t first, std::size_t second,
                                                           std::size_t longest);

}  // namespace integrad
