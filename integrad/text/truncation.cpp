#include "integrad/text/truncation.h"

#include <algorithm>
#include <string>

#include "integrad/base/error.h"

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

std::pair<std::size_t, std::size_t> truncate(std::size_t first, std::size_t second,
                                             std::size_t longest, TruncationStrategy strategy) {
  // Without any room both are dropped, whatever the strategy, as in the reference.
  if (first + second <= longest) return {first, second};
  if (longest == 0) return {0, 0};
  if (strategy == TruncationStrategy::longest_first) {
    return truncate_longest_first(first, second, longest);
  }
  const bool cuts_first = strategy == TruncationStrategy::only_first;
  const std::size_t excess = first + second - longest;
  const std::size_t target = cuts_first ? first : second;
  if (target <= excess) {
    throw UsageError(std::string("the ") + (cuts_first ? "first" : "second") + " text has " +
                     std::to_string(target) + " tokens, but " + std::to_string(excess) +
                     " must go; allow more tokens or cut the longest text first");
  }
  return cuts_first ? std::pair{first - excess, second} : std::pair{first, second - excess};
}

}  // namespace integrad
