// How a memory limit is divided: the paths of a group of texts, and chunks of points that run
// through the network. Plain arithmetic on sizes; nothing is allocated here. Internal.
#pragma once

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
  Index nodes = 0;    // of the quadrature rule
  Index targets = 1;  // classes explained at once
  bool full_attributions = false;
};

/// Columns of a path: hidden, or 4 · hidden where it is lifted.
Index path_columns(const MemoryNeeds& needs);

/// Kept for all texts of a group: both ends of the path, the tokens, the sums of each target.
MemoryCost group_cost(const MemoryNeeds& needs);
/// Kept for one chunk of points (a path is a point here): points, derivatives, traces, temporaries.
MemoryCost chunk_cost(const MemoryNeeds& needs);
/// Kept whatever the number of texts: the rule, and for each thread one head of attention.
Index fixed_bytes(const MemoryNeeds& needs, Index longest);

/// What the blocks' weights take as bfloat16 numbers, once for each direction.
Index kept_weight_bytes(const ModelConfig& config);
/// Whether so many rows pay for converting the weights once.
bool worth_keeping_weights(Index rows);

struct ChunkPlan {
  Index rows = 0;           // of hidden states evaluated at once
  bool keep_traces = true;  // ChainOptions::keep_traces
};

/// Divides what is left of `limit` bytes when `used` (group_cost and fixed_bytes) are taken. Traces
/// are kept where that holds a point of the longest text and enough rows for the products to be
/// fast; else each block runs forward twice. Throws UsageError when one point does not fit even so.
/// `longest` and `shortest`: tokens of the group's texts.
ChunkPlan plan_chunks(const MemoryNeeds& needs, Index limit, Index used, Index longest,
                      Index shortest);

}  // namespace integrad
