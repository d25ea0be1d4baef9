// What every kind of block has in common: its sizes, how a chain uses it, what it then keeps.
#pragma once

#include <algorithm>

#include "integrad/base/matrix.h"
#include "integrad/compute/activation.h"

namespace integrad {

/// Sizes that every block has; what only one kind has stands in its own options.
struct BlockSizes {
  Index hidden = 0;  // columns of its input and output
  Index heads = 1;
  Index inner = 0;  // between the two maps of its feed-forward
  Activation activation = Activation::gelu;
  double epsilon = 1e-12;  // of its norms
  Index longest = 0;       // sequence, in rows
};

/// How a chain uses a block.
struct BlockUse {
  bool lifted = false;   // its input is lifted rows
  bool first = false;    // only the first row of each sequence is read afterwards
  bool backward = true;  // its derivative will be asked for
};

/// Numbers of a block's Trace and Scratch: of every row, and of every sequence.
struct BlockMemory {
  Index trace_rows = 0;
  Index trace_sequences = 0;
  Index scratch_rows = 0;
  Index scratch_sequences = 0;
  // Queries, keys, values and their derivatives, of every row: other matrices than the above.
  Index trace_projections = 0;
  Index scratch_projections = 0;
  bool apart = false;  // in matrices that the block's other uses do not have

  Index trace_of_row() const { return trace_rows + trace_projections; }
  Index scratch_of_row() const { return scratch_rows + scratch_projections; }

  /// The same memory serves both.
  void cover(const BlockMemory& other) {
    trace_rows = std::max(trace_rows, other.trace_rows);
    trace_sequences = std::max(trace_sequences, other.trace_sequences);
    scratch_rows = std::max(scratch_rows, other.scratch_rows);
    scratch_sequences = std::max(scratch_sequences, other.scratch_sequences);
    trace_projections = std::max(trace_projections, other.trace_projections);
    scratch_projections = std::max(scratch_projections, other.scratch_projections);
  }
};

}  // namespace integrad
