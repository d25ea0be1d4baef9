#include "integrad/models/chain_memory.h"

#include <algorithm>

#include "integrad/models/chain_shape.h"

namespace integrad {
namespace {

/// What blocks keep that share a trace, or a scratch, one after another.
struct SharedMemory {
  BlockMemory common, apart;

  void serve(const BlockMemory& block) { (block.apart ? apart : common).cover(block); }
  Index trace_of_row() const { return common.trace_of_row() + apart.trace_of_row(); }
  Index trace_of_sequence() const { return common.trace_sequences + apart.trace_sequences; }
  Index scratch_of_row() const { return common.scratch_of_row() + apart.scratch_of_row(); }
  Index scratch_of_sequence() const { return common.scratch_sequences + apart.scratch_sequences; }
};

BlockMemory block_memory(const ModelConfig& config, const BlockUse& use) {
  return std::visit(
      [&]<class O>(const O& options) {
        return O::template Layer<float>::memory(config.block_sizes(), options, use);
      },
      config.block);
}

Index embeddings_memory(const ModelConfig& config) {
  const Index trace = std::visit(
      [&]<class O>(const O& options) { return O::template Layer<float>::memory(options); },
      config.embeddings);
  return trace + (config.projection ? config.embeddings_size : 0);
}

}  // namespace

ChainMemory chain_memory(const ModelConfig& config, Cut cut, const ChainOptions& options) {
  const Index hidden = config.hidden_size, first = first_block(cut), end = config.blocks;
  const BlockMemory in_front = block_memory(config, {.backward = false});
  SharedMemory all;  // blocks right of the cut; in front of it nothing is kept
  ChainMemory memory;
  const auto keep = [&](const SharedMemory& trace) {
    memory.numbers_per_row += trace.trace_of_row();
    memory.numbers_per_sequence += trace.trace_of_sequence();
  };
  if (first > 0) all.serve(in_front);
  for (Index k = first; k < end; ++k) {
    const BlockUse use = use_of_block(config, cut, options, k);
    const BlockMemory block = block_memory(config, use);
    SharedMemory trace;
    trace.serve(block);
    if (k == first && first > 0) trace.serve(in_front);  // forward_to used the same trace
    all.serve(block);
    if (options.keep_traces) keep(trace);
  }
  if (!options.keep_traces || first == end) keep(all);
  Index rows = embeddings_memory(config) + 2 * hidden;  // and `hidden` in turns
  if (config.pooling.summary == Summary::mean && config.pooling.norm) rows += 2 * hidden + 1;
  if (!options.keep_traces) {
    const bool own_input = cut == Cut::word_embeddings || projects(config, cut, options);
    const bool all_rows = !options.only_first_rows || !can_leave_first(config);
    rows += hidden * (end - first - 1 + (own_input ? 1 : 0) + (all_rows ? 1 : 0));
  }
  memory.numbers_per_row += rows + all.scratch_of_row();
  memory.numbers_per_sequence += all.scratch_of_sequence() + 2 * hidden;  // and the head's trace
  if (config.head.norm) memory.numbers_per_sequence += 2 * hidden;
  if (config.pooling.norm) memory.numbers_per_sequence += 2 * hidden;
  return memory;
}

Index met_positions(const ModelConfig& config, Index longest) {
  const Index slots = std::visit(
      []<class O>(const O& options) -> Index {
        using Kind = typename O::template Layer<float>;
        if constexpr (requires { Kind::slots(options); }) return Kind::slots(options);
        return 0;
      },
      config.block);
  return std::min(slots, 2 * longest - 1);
}

}  // namespace integrad
