// Runs paths through a classifier within a memory budget, whatever the precision. Internal.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "integrad/attribution/options.h"
#include "integrad/attribution/path.h"
#include "integrad/attribution/text_classifier.h"

namespace integrad {

/// The two ends of a text's path as tokens.
struct TokenPath {
  TokenBatch input;
  TokenBatch baseline;  // of the same length
  std::vector<std::uint8_t>
      zeros;  // 1: this row of the baseline is a vector of zeros; may be empty
};

/// Sizes of one `sample` call in bytes, for grouping texts under a budget.
struct PathCost {
  Index group_bytes_per_row = 0;  // kept for all texts of a group
  Index chunk_bytes_per_row = 0;  // kept for one chunk of points
};

class Engine {
 public:
  virtual ~Engine() = default;
  /// (texts × classes), in chunks under the options' memory bounds.
  virtual Matrix<double> logits(std::span<const TokenBatch> texts,
                                const ExplainOptions& options) = 0;
  virtual std::vector<std::vector<PathSamples>> sample(Cut cut, std::span<const TokenPath> paths,
                                                       const QuadratureRule& rule,
                                                       const ScalarOfOutputs& scalar,
                                                       const ChooseTargets& choose,
                                                       const ExplainOptions& options) = 0;
  /// `targets`: how many classes are explained at once.
  virtual PathCost cost(Cut cut, const ExplainOptions& options, Index targets) const = 0;
};

/// The engine for the classifier's number type and backend.
std::unique_ptr<Engine> make_engine(const TextClassifier& classifier,
                                    const ComputeOptions& compute);

/// Rows of hidden states evaluated at once. Throws UsageError when the memory limit does not hold
/// one text of `longest` tokens.
Index rows_per_chunk(const PathCost& cost, Index longest, const ExplainOptions& options);

}  // namespace integrad
