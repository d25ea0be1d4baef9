// What the network said of a text, as a prediction and as an explanation. Internal.
#pragma once

#include <span>
#include <string>

#include "integrad/attribution/explainer.h"
#include "integrad/attribution/path.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/score.h"
#include "integrad/attribution/target.h"

namespace integrad {

/// From this probability on one of several labels is predicted, unless the options say another.
inline constexpr double default_threshold = 0.5;

bool several_labels(const ModelConfig& config);

/// Explanation or Prediction: what follows from the logits.
template <class Result>
void set_prediction(std::span<const double> logits, const ModelConfig& config,
                    const ExplainOptions& options, Result& result) {
  result.logits.assign(logits.begin(), logits.end());
  result.probabilities = probabilities_of(logits, link_of(config));
  result.predicted_id = largest(logits);
  result.predicted = config.labels[static_cast<std::size_t>(result.predicted_id)];
  result.predicted_ids = {result.predicted_id};
  if (several_labels(config)) {
    result.predicted_ids = labels_above(options.threshold.value_or(default_threshold), logits);
  }
}

/// Fills in what each window of a text says; `logits` (windows × classes).
void set_windows(ConstMatrixView<double> logits, const ModelConfig& config,
                 std::span<TextWindow> windows);

/// The start of a text, to name it in a message.
std::string excerpt(const std::string& text);

/// One target's explanation of a text. Throws NumericalError, naming text number `index`, when a
/// result is not finite.
Explanation build_explanation(const PreparedText& text, const PathSamples& samples,
                              const ModelConfig& config, const ExplainOptions& options,
                              Index index);

/// Attributions of every token and column. Those of masked tokens are zero rows; those of a token
/// in several windows add up.
Matrix<float> full_attributions(const PreparedText& text, const Matrix<double>& of_rows);

}  // namespace integrad
