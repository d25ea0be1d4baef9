// Numbers and sentences that the terminal and the page share.
#pragma once

#include <string>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/render/layout.h"

namespace integrad {

/// Four decimals, fewer digits for the very small and the very large, a true minus sign: "0.0800",
/// "2.1e-05".
std::string number_text(double value);

/// `number_text` with a plus sign when positive.
std::string signed_number_text(double value);

/// The model gives values that are not probabilities: a regression.
bool is_regression(const Explanation& explanation);

/// "94.6 %", or the number itself for a regression; "" when there is no such class.
std::string probability_text(const Explanation& explanation, Index class_id);

/// All classes, the likeliest first (the first of equals).
std::vector<Index> by_probability(const Explanation& explanation);

/// The name of a class: the explanation's own, or the model's, or its number.
std::string class_label(const Explanation& explanation, const ModelCard& model, Index id);

/// Σ over all tokens, in their order.
double sum_of_attributions(const Explanation& explanation);

/// The completeness gap with one digit: "2e-06", "0".
std::string gap_text(double delta);

/// "Σ attributions 0.8661 = F(x) 0.9463 − F(x') 0.0800, gap 2e-06"; of algorithms whose scores do
/// not add up, that they do not.
std::string completeness_text(const Explanation& explanation);

/// "scores within 0.4 % (estimated, 22 points)"; "not converged: …" when they are farther off than
/// was asked for; "" where a fixed rule was used.
std::string error_text(const Explanation& explanation);

/// "mean of 3 baselines (pad, mask, zero); in brackets the least and the most"; "" with one.
std::string baselines_text(const Explanation& explanation);

/// " [+0.1200, +0.3100]"; "" with one baseline.
std::string range_text(const Explanation& explanation, const Run& run);

/// "37 tokens did not fit and were cut off"; "" when nothing was.
std::string truncation_text(const Explanation& explanation);

/// "read in 4 overlapping windows"; "" when the model read the whole text at once.
std::string windows_text(const Explanation& explanation);

/// "94.6 %", or the number itself where `value` is none.
std::string probability_text(double probability, bool value);

}  // namespace integrad
