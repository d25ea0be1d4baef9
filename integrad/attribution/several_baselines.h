// Explanations of one text from several baselines, as one: means, and what each baseline gave.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explanation.h"

namespace integrad {

/// The mean of explanations of the same text and class, one a name; each adds up by itself, so the
/// mean does, too. Errors are means (bounds of the mean's), evaluations add up. At least one.
Explanation mean_over_baselines(std::span<const Explanation> explanations,
                                std::span<const std::string> names);

}  // namespace integrad
