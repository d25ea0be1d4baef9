// One warning for all texts that were too long.
#pragma once

#include <string>

#include "integrad/attribution/options.h"

namespace integrad::cli {

class TruncationCounter {
 public:
  /// A text lost `tokens` tokens, or none.
  void add(Index tokens) {
    dropped_ += tokens;
    if (tokens > 0) ++texts_;
  }
  /// Says on standard error how many tokens of how many texts were dropped, if any, and what would
  /// read them. `longest`: tokens that the model can take.
  void warn(const ExplainOptions& options, Index longest) const;
  /// The same where texts are cut at `limit` tokens.
  void warn(Index limit, Index longest) const;

 private:
  void say(Index limit, const std::string& advice) const;

  Index dropped_ = 0;
  Index texts_ = 0;
};

}  // namespace integrad::cli
