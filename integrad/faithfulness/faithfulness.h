// Tests the faithfulness of many explanations, each beside the same scores in random order.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explainer.h"
#include "integrad/faithfulness/rationale.h"
#include "integrad/faithfulness/summary.h"

namespace integrad {

struct FaithfulnessOptions {
  std::vector<Measure> measures{usual_measures.begin(), usual_measures.end()};
  double top = 0.2;                  // share of the tokens, between 0 and 1
  std::string replacement = "mask";  // baseline.h: what deletion and insertion put in
  Index subsets = 32;                // sets of tokens for infidelity
  double radius = 0.02;              // of max_sensitivity's noise, uniform in every entry of x
  Index perturbations = 10;          // of max_sensitivity
  double rationale_share = 0.2;      // of the tokens not special, for token_f1 and token_iou
  std::uint64_t seed = 1;            // of random orders, sets and intervals
};

/// Measures explanations, with the explainer that made them or another of the same classifier,
/// which must outlive it. Belongs to one thread at a time.
class FaithfulnessTest {
 public:
  /// Throws UsageError for options that make no sense, a model without such a replacement, and a
  /// regression, whose values are no probabilities.
  FaithfulnessTest(Explainer& explainer, FaithfulnessOptions options);

  const FaithfulnessOptions& options() const { return options_; }

  /// One entry an explanation; a text's control does not depend on the others. `made_with` are the
  /// options of the explanations; their memory bounds and on_progress hold here, too. All perturbed
  /// texts of several explanations go through the classifier together. Throws UsageError for
  /// explanations of several windows. `rationales`: one an explanation, or none where no measure
  /// needs one (else UsageError).
  std::vector<Faithfulness> measure(std::span<const Explanation> explanations,
                                    const ExplainOptions& made_with,
                                    std::span<const Rationale> rationales = {});

 private:
  /// max_sensitivity of each explanation, from explanations beside it.
  std::vector<double> sensitivities(std::span<const Explanation> explanations,
                                    const ExplainOptions& made_with);

  Explainer& explainer_;
  FaithfulnessOptions options_;
};

}  // namespace integrad
