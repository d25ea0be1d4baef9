#include "cli/fault_report.h"

#include <algorithm>
#include <cstdio>

#include "integrad/render/visible_text.h"

namespace integrad::cli {

void report_faults(const std::vector<std::string>& faults) {
  constexpr std::size_t most = 5;
  for (std::size_t i = 0; i < std::min(most, faults.size()); ++i) {
    std::fprintf(stderr, "integrad: passed over: %s\n",
                 visible_text(faults[i], Lines::show).c_str());
  }
  if (!faults.empty()) {
    std::fprintf(stderr, "integrad: %zu %s passed over\n", faults.size(),
                 faults.size() == 1 ? "row" : "rows");
  }
}

}  // namespace integrad::cli
