// Numbers and sentences that the terminal and the page share.
#pragma once

#include <string>

#include "integrad/attribution/explanation.h"

namespace integrad {

/// Four decimals, fewer digits for the very small and the very large, a true minus sign: "0.0800",
/// "2.1e-05".
std::string number_text(double value);

/// `number_text` with a plus sign when positive.
std::string signed_number_text(double value);

/// The model gives one number that is not a probability: a regression.
bool is_regression(const Explanation& explanation);

/// "94.6 %", or the number itself for a regression; "" when there is no such class.
std::string probability_text(const Explanation& explanation, Index class_id);

/// Σ over all tokens, in their order.
double sum_of_attributions(const Explanation& explanation);

/// The completeness gap with one digit: "2e-06", "0".
std::string gap_text(double delta);

/// "Σ attributions 0.8661 = F(x) 0.9463 − F(x') 0.0800, gap 2e-06".
std::string completeness_text(const Explanation& explanation);

/// "37 tokens did not fit and were cut off"; "" when nothing was.
std::string truncation_text(const Explanation& explanation);

}  // namespace integrad
