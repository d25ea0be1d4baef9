#include "integrad/attribution/baseline_positions.h"

#include <string>

#include "integrad/base/error.h"

namespace integrad {

BaselinePositions parse_baseline_positions(std::string_view name) {
  if (name == "ids") return BaselinePositions::ids;
  if (name == "input") return BaselinePositions::input;
  throw UsageError("unknown baseline positions \"" + std::string(name) + "\"; choose ids or input");
}

std::string_view to_string(BaselinePositions positions) {
  return positions == BaselinePositions::ids ? "ids" : "input";
}

}  // namespace integrad
