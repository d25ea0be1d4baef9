#include "integrad/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "integrad/base/error.h"

namespace integrad {

Decay parse_decay(std::string_view name) {
  if (name == "constant") return Decay::constant;
  if (name == "linear") return Decay::linear;
  if (name == "polynomial") return Decay::polynomial;
  throw UsageError("schedule \"" + std::string(name) +
                   "\" is not known; expected constant, linear or polynomial");
}

double Schedule::rate(Index step) const {
  if (step < warmup) return peak * static_cast<double>(step) / static_cast<double>(warmup);
  if (decay == Decay::constant) return peak;
  const double left = static_cast<double>(std::max<Index>(1, steps - warmup));
  const double t = std::min(1.0, static_cast<double>(step - warmup) / left);
  if (decay == Decay::linear) return peak * (1 - t);
  return (peak - end) * std::pow(1 - t, power) + end;
}

}  // namespace integrad
