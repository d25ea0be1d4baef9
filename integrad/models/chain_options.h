// How the part of the chain right of a cut is computed. None of it changes a result by more than
// rounding; `keep_traces` does not change a bit.
#pragma once

namespace integrad {

struct ChainOptions {
  /// What crosses the cut is lifted rows (rows × 4·hidden), see Classifier::lift; only where
  /// Classifier::can_lift.
  bool lifted = false;
  /// The last block computes only what [CLS] needs.
  bool only_first_rows = true;
  /// false: a block's input is kept instead of its trace, and its forward is run again right before
  /// its backward. Half as much work more, one trace instead of one a block.
  bool keep_traces = true;
  bool operator==(const ChainOptions&) const = default;
};

}  // namespace integrad
