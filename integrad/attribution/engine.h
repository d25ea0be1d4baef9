// Runs paths through a classifier within a memory budget, whatever the precision. Internal.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "integrad/attribution/memory_plan.h"
#include "integrad/attribution/options.h"
#include "integrad/attribution/path.h"
#include "integrad/attribution/text_classifier.h"

namespace integrad {

/// The two ends of a text's path as tokens; several sequences are the windows of one document.
struct TokenPath {
  TokenBatch input;
  TokenBatch baseline;  // of the same length
  std::vector<std::uint8_t>
      zeros;  // 1: this row of the baseline is a vector of zeros; may be empty
};

/// What sampling gave for one target of a text.
struct TextSamples {
  PathSamples path;
  Matrix<double> full;  // (rows × hidden): attributions of every column, if asked
};

class Engine {
 public:
  virtual ~Engine() = default;
  /// (sequences of all texts × classes), in chunks under the options' memory bounds.
  virtual Matrix<double> logits(std::span<const TokenBatch> texts,
                                const ExplainOptions& options) = 0;
  /// result[p]: the targets of path p.
  virtual std::vector<std::vector<TextSamples>> sample(Cut cut, std::span<const TokenPath> paths,
                                                       const QuadratureRule& rule,
                                                       const ScalarOfOutputs& scalar,
                                                       const ChooseTargets& choose,
                                                       const ExplainOptions& options) = 0;
  /// Layer conductance along one path (conductance.h), of the first target: entry 0 is the cut's,
  /// the others the outputs of the blocks right of it but the last's. Texts in windows are refused.
  virtual std::vector<PathSamples> conductance(Cut cut, const TokenPath& path,
                                               const ScalarOfOutputs& scalar,
                                               const ChooseTargets& choose,
                                               const ExplainOptions& options) = 0;
  /// What the texts of one `sample` call take, for grouping them under a budget.
  virtual MemoryCost cost(Cut cut, const ExplainOptions& options) const = 0;
};

/// The engine for the classifier's number type and backend.
std::unique_ptr<Engine> make_engine(const TextClassifier& classifier,
                                    const ComputeOptions& compute);

}  // namespace integrad
