// One warning for all texts that were too long.
#pragma once

#include "integrad/base/matrix.h"

namespace integrad::cli {

class TruncationCounter {
 public:
  /// A text lost `tokens` tokens, or none.
  void add(Index tokens) {
    dropped_ += tokens;
    if (tokens > 0) ++texts_;
  }
  /// Says on standard error how many tokens of how many texts were dropped, if any. `limit`: where
  /// texts are cut; `longest`: what the model can take.
  void warn(Index limit, Index longest) const;

 private:
  Index dropped_ = 0;
  Index texts_ = 0;
};

}  // namespace integrad::cli
