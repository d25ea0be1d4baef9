// Which rows belong together: texts, or points of a path, laid end to end without padding.
#pragma once

#include <algorithm>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// Sequence s owns rows [starts[s], starts[s + 1]). Only attention looks across rows, and only
/// within a sequence.
struct Sequences {
  std::vector<Index> starts{0};

  Index count() const { return static_cast<Index>(starts.size()) - 1; }
  Index rows() const { return starts.back(); }
  Index start(Index s) const { return starts[static_cast<std::size_t>(s)]; }
  Index length(Index s) const { return start(s + 1) - start(s); }
  Index longest() const {
    Index longest = 0;
    for (Index s = 0; s < count(); ++s) longest = std::max(longest, length(s));
    return longest;
  }
  void append(Index length) { starts.push_back(rows() + length); }
  void clear() { starts.assign(1, 0); }
};

}  // namespace integrad
