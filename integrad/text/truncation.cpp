#include "integrad/text/truncation.h"

#include <algorithm>

namespace integrad {

std::pair<std::size_t, std::size_t> truncate_longest_first(std::size_t first, std::size_t second,
                                                           std::size_t longest) {
  if (first + second <= longest) return {first, second};
  const bool swapped = first > second;
  std::size_t shorter = std::min(first, second);
  // When even the shorter text is too long the sum below is too, and both are halved.
  std::size_t longer = shorter > longest ? shorter : std::max(shorter, longest - shorter);
  if (shorter + longer > longest) {
    shorter = longest / 2;
    longer = shorter + longest % 2;
  }
  return swapped ? std::pair{longer, shorter} : std::pair{shorter, longer};
}

}  // namespace integrad
