// The same texts explained in several ways, tested and compared.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "integrad/faithfulness/faithfulness.h"

namespace integrad {

/// A way to explain.
struct Candidate {
  Algorithm algorithm = Algorithm::integrated_gradients;
  std::string baseline = "pad";
};

/// Every algorithm with every baseline that `baselines` names ("pad,mask"); those that have no
/// baseline with the first only, which then says what measures put in. Throws UsageError for a name
/// that comes twice.
std::vector<Candidate> candidates(std::span<const Algorithm> algorithms,
                                  const std::string& baselines);

/// What is explained and tested.
struct TestTexts {
  std::span<const TextInput> inputs;
  std::span<const Rationale> rationales = {};  // one a text, or none (faithfulness.h)
};

/// Called as the work goes on: the share that is done, texts that are done; may throw to stop.
using OnCompared = std::function<void(double share, Index texts)>;
/// Receives every explanation: number of the candidate, of the text.
using OnExplained = std::function<void(std::size_t candidate, Index text, Explanation&&)>;

/// One summary a candidate, in their order. `explain` holds what all share; its quadrature rule is
/// for integrated gradients alone. Texts are explained and tested a few at a time, so that memory
/// stays bounded whatever their number. Throws UsageError (options, more than one target a text,
/// texts in windows) and what Explainer throws.
std::vector<CandidateSummary> compare_explanations(Explainer& explainer, const TestTexts& texts,
                                                   std::span<const Candidate> candidates,
                                                   const ExplainOptions& explain,
                                                   const FaithfulnessOptions& options,
                                                   const OnCompared& on_compared = {},
                                                   const OnExplained& on_explained = {});

}  // namespace integrad
