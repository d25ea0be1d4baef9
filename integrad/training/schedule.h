// The learning rate, step by step.
#pragma once

#include <string_view>

#include "integrad/base/matrix.h"

namespace integrad {

enum class Decay { constant, linear, polynomial };

/// "constant", "linear", "polynomial"; throws UsageError for others.
Decay parse_decay(std::string_view name);

/// From 0 to `peak` in `warmup` steps, then down to the end as the decay says: with t from 0 to 1
/// over the steps that are left, (peak − end)(1 − t)^power + end (Keras' PolynomialDecay); linear
/// is power 1 to 0; constant stays.
struct Schedule {
  Decay decay = Decay::linear;
  double peak = 5e-5;
  double end = 0;    // of polynomial
  double power = 1;  // of polynomial
  Index warmup = 0;  // steps
  Index steps = 1;   // of all

  /// Of step 0, 1, … steps − 1.
  double rate(Index step) const;
};

}  // namespace integrad
