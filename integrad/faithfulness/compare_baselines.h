// Explanations of the same texts from several baselines, explained, tested and compared.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "integrad/faithfulness/faithfulness.h"

namespace integrad {

/// Called as the work goes on: the share that is done, texts that are done; may throw to stop.
using OnCompared = std::function<void(double share, Index texts)>;

/// One summary a baseline that `explain.baseline` names (several with commas), in their order.
/// Texts are explained and tested a few at a time, so that memory stays bounded whatever their
/// number. Throws UsageError (options, more than one target a text, texts in windows) and what
/// Explainer throws.
std::vector<BaselineSummary> compare_baselines(Explainer& explainer,
                                               std::span<const TextInput> texts,
                                               const ExplainOptions& explain,
                                               const FaithfulnessOptions& options,
                                               const OnCompared& on_compared = {});

}  // namespace integrad
