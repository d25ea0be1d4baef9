// The options of an explanation, checked and with their names resolved. Internal.
#pragma once

#include <string>
#include <vector>

#include "integrad/attribution/baseline.h"
#include "integrad/attribution/options.h"
#include "integrad/attribution/target.h"
#include "integrad/attribution/text_classifier.h"

namespace integrad {

/// The same for every text of a call.
struct ExplainPlan {
  Cut cut;
  std::vector<std::string> names;  // of the baselines
  std::vector<Baseline> baselines;
  Target target;
  QuadratureRule rule;
};

/// Throws UsageError for options that make no sense, or not with this classifier.
ExplainPlan make_plan(const TextClassifier& classifier, const ExplainOptions& options);

/// The part of it that a prediction needs, too.
void check_options(const TextClassifier& classifier, const ExplainOptions& options);

/// Whether a tolerance or max_steps other than the usual ones is given.
bool asks_for_accuracy(const ExplainOptions& options);

/// Whether the derivative of the head is averaged (HeadIntegral) with these options.
bool averages_head(const ModelConfig& config, const ExplainOptions& options);

}  // namespace integrad
