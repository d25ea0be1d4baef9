// The scalar F that is explained, as a function of a classifier's logits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// probability: softmax, or the sigmoid of the class's own logit; log_odds: log(p / (1 − p)).
enum class Score { probability, logit, log_odds };

Score parse_score(std::string_view name);
std::string_view to_string(Score score);

/// Softmax of the logits, or their sigmoids.
std::vector<double> probabilities_of(std::span<const double> logits, bool sigmoid);

/// F for class `target`; `seed` (one entry a class) receives dF/dlogits.
double evaluate_score(Score score, bool sigmoid, std::span<const double> logits, Index target,
                      std::span<double> seed);

}  // namespace integrad
