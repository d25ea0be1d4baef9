// The scalar F that is explained, as a function of a classifier's logits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/models/model_config.h"

namespace integrad {

/// probability: what Link makes of the logits; log_odds: log(p / (1 − p)).
enum class Score { probability, logit, log_odds };

/// What a model's outputs are (transformers' text-classification pipeline decides the same way):
/// softmax for one of several classes; sigmoid for each of several labels, or the only one;
/// identity for a regression, whose outputs are values and have no odds.
enum class Link { softmax, sigmoid, identity };

Link link_of(const ModelConfig& config);

Score parse_score(std::string_view name);
std::string_view to_string(Score score);

/// Softmax of the logits, their sigmoids, or the values themselves.
std::vector<double> probabilities_of(std::span<const double> logits, Link link);

/// F for class `target`; `seed` (one entry a class) receives dF/dlogits. Of a regression every
/// score is the value.
double evaluate_score(Score score, Link link, std::span<const double> logits, Index target,
                      std::span<double> seed);

}  // namespace integrad
