// How a memory limit is divided: the paths of a group of texts, and chunks of points that run
// through the network. Plain arithmetic on sizes; nothing is allocated here. Internal.
#pragma once

#include <algorithm>

#include "integrad/compute/sequences.h"
#include "integrad/models/chain_memory.h"

namespace integrad {

/// Bytes that grow with the number of paths (or points) and with their rows.
struct MemoryCost {
  Index bytes_per_path = 0;
  Index bytes_per_row = 0;
  Index of(Index paths, Index rows) const { return paths * bytes_per_path + rows * bytes_per_row; }
};

/// What decides how much memory an explanation takes.
struct MemoryNeeds {
  const ModelConfig& config;
  Cut cut;
  ChainOptions chain = {};
  Index number_bytes = 4;  // of a hidden state's number
  int threads = 1;
  Index nodes = 0;            // of the quadrature rule, or the most of an adaptive one
  bool keeps_slopes = false;  // of every node: adaptive
  Index targets = 1;          // classes explained at once
  bool full_attributions = false;
  bool averages_head = false;  // head_average.h: keeps summaries and seeds of every node
};

/// Columns of a path: hidden, or 4 · hidden where it is lifted.
Index path_columns(const MemoryNeeds& needs);

/// Kept for all texts of a group: both ends of the path, the tokens, the sums of each target.
MemoryCost group_cost(const MemoryNeeds& needs);
/// Kept for the points of one call (a path is a point here) and their derivatives.
MemoryCost point_cost(const MemoryNeeds& needs);
/// Kept for what runs through the network at once (a path is a sequence here): traces, temporaries.
MemoryCost network_cost(const MemoryNeeds& needs);
/// Both, where all points of a call run through the network at once.
MemoryCost chunk_cost(const MemoryNeeds& needs);
/// Kept whatever the number of texts: the rule, and for each thread one head of attention.
Index fixed_bytes(const MemoryNeeds& needs, Index longest);

/// Sizes of a group's texts in tokens. A document in windows is many sequences and one path.
struct Lengths {
  Index total = 0;
  Index longest = 1, shortest = 0;  // sequence
  Index longest_path = 1;

  void add_path(const Sequences& sequences) {
    for (Index s = 0; s < sequences.count(); ++s) {
      const Index length = sequences.length(s);
      shortest = total == 0 && s == 0 ? length : std::min(shortest, length);
      longest = std::max(longest, length);
    }
    longest_path = std::max(longest_path, sequences.rows());
    total += sequences.rows();
  }
};

/// What the blocks' weights take as bfloat16 numbers, once for each direction.
Index kept_weight_bytes(const ModelConfig& config);
/// Whether so many rows pay for converting the weights once.
bool worth_keeping_weights(Index rows);

struct ChunkPlan {
  Index rows = 0;           // of hidden states that run through the network at once
  Index point_rows = 0;     // of the points of one call: more only where a document has more
  bool keep_traces = true;  // ChainOptions::keep_traces
};

/// Divides what is left of `limit` bytes when `used` (group_cost and fixed_bytes) are taken. Traces
/// are kept where that holds a point of the longest text and enough rows for the products to be
/// fast; else each block runs forward twice. Where a document does not fit like that but its
/// windows do, it runs window by window, forward twice. Throws UsageError when not even one window
/// and one point fit.
ChunkPlan plan_chunks(const MemoryNeeds& needs, Index limit, Index used, const Lengths& lengths);

}  // namespace integrad
