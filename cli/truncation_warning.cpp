#include "cli/truncation_warning.h"

#include <cstdio>
#include <string>

namespace integrad::cli {

void TruncationCounter::warn(const ExplainOptions& options, Index longest) const {
  if (options.long_texts == LongTexts::windows) {
    // Only --max-length, or the other text of a pair that took more than its half, cuts here.
    say(options.max_length.value_or(longest), "; the rest was read in windows");
  } else if (options.max_length.value_or(longest) < longest) {
    warn(*options.max_length, longest);
  } else {
    say(longest, "; --long windows reads them whole");
  }
}

void TruncationCounter::warn(Index limit, Index longest) const {
  say(limit, limit < longest ? "; --max-length can be up to " + std::to_string(longest) : "");
}

void TruncationCounter::say(Index limit, const std::string& advice) const {
  if (dropped_ == 0) return;
  const auto count = [](Index n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
  };
  const std::string line = "integrad: warning: " + count(dropped_, "token") + " of " +
                           count(texts_, "text") + (dropped_ == 1 ? " was" : " were") +
                           " dropped: texts are cut at " + count(limit, "token");
  std::fprintf(stderr, "%s%s\n", line.c_str(), advice.c_str());
}

}  // namespace integrad::cli
