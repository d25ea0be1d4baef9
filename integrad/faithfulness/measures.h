// Does the model change its mind where an explanation says it should? Each measure asks for the
// perturbed texts that it wants to know about, then reads what the classifier said of them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "integrad/faithfulness/measure.h"
#include "integrad/faithfulness/perturbation.h"

namespace integrad {

/// A tokenised text and the scores that are tested.
struct ScoredText {
  TokenInput tokens;                       // ids and type ids, no mask
  std::vector<std::size_t> ordinary;       // positions of the tokens that are not special
  std::vector<double> scores;              // one a token
  std::vector<std::int32_t> baseline_ids;  // one a token; empty where the baseline has none
  std::vector<std::int32_t> replacements;  // one a token, for deletion and insertion
  std::vector<bool> marked;                // one a token: in the rationale; empty where none is
};

struct MeasureOptions {
  double top = 0.2;
  double rationale_share = 0.2;
  Index subsets = 32;      // of infidelity
  std::uint64_t seed = 1;  // of its sets
};

/// Given the probabilities of the probes, by number.
using ReadMeasure = std::function<Reading(std::span<const double> probabilities)>;

/// Adds what the measure needs to `probes`. The text must outlive the result.
ReadMeasure plan_measure(Measure measure, const ScoredText& text, const MeasureOptions& options,
                         Probes& probes);

}  // namespace integrad
