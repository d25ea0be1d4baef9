#include "cli/truncation_warning.h"

#include <cstdio>
#include <string>

namespace integrad::cli {

void TruncationCounter::warn(Index limit, Index longest) const {
  if (dropped_ == 0) return;
  const auto count = [](Index n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
  };
  std::string line = "integrad: warning: " + count(dropped_, "token") + " of " +
                     count(texts_, "text") + (dropped_ == 1 ? " was" : " were") +
                     " dropped: texts are cut at " + count(limit, "token");
  if (limit < longest) line += "; --max-length can be up to " + std::to_string(longest);
  std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace integrad::cli
