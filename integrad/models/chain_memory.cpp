#include "integrad/models/chain_memory.h"

namespace integrad {
namespace {

/// What one block keeps and needs, in numbers: of every row, and of every sequence where the block
/// computes its first row only.
struct BlockMemory {
  Index projected = 0;          // q, k, v: of every row
  Index rows = 0;               // instead of them, FirstRowAttention's: of every row
  Index trace_rows = 0;         // the rest of the trace
  Index trace_sequences = 0;    // the same of the first rows, with the queries
  Index scratch_rows = 0;       // d_context, attended, and not yet added derivatives
  Index scratch_sequences = 0;  // the same of the first rows, with the queries' derivatives

  void cover(const BlockMemory& other) {
    projected = std::max(projected, other.projected);
    rows = std::max(rows, other.rows);
    trace_rows = std::max(trace_rows, other.trace_rows);
    trace_sequences = std::max(trace_sequences, other.trace_sequences);
    scratch_rows = std::max(scratch_rows, other.scratch_rows);
    scratch_sequences = std::max(scratch_sequences, other.scratch_sequences);
  }
};

BlockMemory block_memory(const ModelConfig& config, bool lifted, bool only_first) {
  const Index hidden = config.hidden_size, inner = config.inner_size;
  // Normaliser, context, norms, f'.
  const Index trace = config.heads + hidden + 2 * (hidden + 1) + inner;
  const Index scratch = 2 * hidden;
  BlockMemory memory;
  memory.projected = lifted ? 0 : 3 * hidden;
  if (only_first && lifted) {
    memory.trace_sequences = trace + hidden;
    memory.scratch_sequences = scratch + 2 * hidden;
  } else if (only_first) {  // FirstRowAttention: the rows, and a query a head
    memory.projected = 0;
    memory.rows = hidden;
    memory.trace_sequences = trace + 2 * config.heads * hidden + 2;
    memory.scratch_rows = hidden;
    memory.scratch_sequences = scratch + 2 * hidden + 2 * config.heads * hidden;
  } else {
    memory.trace_rows = trace;
    memory.scratch_rows = scratch;
  }
  return memory;
}

}  // namespace

ChainMemory chain_memory(const ModelConfig& config, Cut cut, const ChainOptions& options) {
  const Index hidden = config.hidden_size, first = first_block(cut), end = config.blocks;
  BlockMemory largest;  // of all blocks right of the cut; in front of it nothing is kept
  const BlockMemory in_front = block_memory(config, false, false);
  ChainMemory memory;
  const auto keep = [&](const BlockMemory& block) {
    memory.numbers_per_row += block.projected + block.rows + block.trace_rows;
    memory.numbers_per_sequence += block.trace_sequences;
  };
  for (Index k = first; k < end; ++k) {
    BlockMemory block =
        block_memory(config, options.lifted && k == first, options.only_first_rows && k == end - 1);
    largest.cover(block);
    if (k == first && first > 0) block.cover(in_front);  // forward_to used the same trace
    if (options.keep_traces) keep(block);
  }
  const Index d_projected = largest.projected;
  if (first > 0) largest.cover(in_front);
  if (!options.keep_traces || first == end) keep(largest);
  Index rows = hidden + 1 + 2 * hidden;  // the embeddings' trace, `hidden` in turns
  if (!options.keep_traces) {
    rows += hidden * (end - first - 1 + (cut == Cut::word_embeddings ? 1 : 0) +
                      (options.only_first_rows ? 0 : 1));
  }
  memory.numbers_per_row += rows + largest.scratch_rows + d_projected;
  memory.numbers_per_sequence += largest.scratch_sequences + 2 * hidden;  // and the head's trace
  return memory;
}

}  // namespace integrad
