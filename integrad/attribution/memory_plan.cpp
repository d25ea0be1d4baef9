#include "integrad/attribution/memory_plan.h"

#include <algorithm>
#include <string>

#include "integrad/attribution/head_average.h"
#include "integrad/base/error.h"
#include "integrad/models/chain_shape.h"

namespace integrad {
namespace {

constexpr Index preferred_rows = 1024;  // more leaves the caches and gains nothing
constexpr Index fewest_rows = 256;      // fewer make products slower than running blocks twice

// Upper bounds of what is not numbers of a matrix.
constexpr Index token_bytes = 640;     // a token with its piece and ids, in all copies
constexpr Index text_bytes = 2048;     // lists and views of one text, and of one of its targets
constexpr Index point_row_bytes = 40;  // ids, types, positions, slope of one row of a chunk
constexpr Index point_bytes = 192;     // sequences and targets of one point of a chunk
constexpr Index thread_bytes = Index{224} << 10;  // a panel of weights

}  // namespace

Index path_columns(const MemoryNeeds& needs) {
  return needs.chain.lifted ? lifted_columns(needs.config) : columns_at(needs.config, needs.cut);
}

MemoryCost group_cost(const MemoryNeeds& needs) {
  constexpr Index real = sizeof(double);
  const Index columns = path_columns(needs), hidden = needs.config.hidden_size;
  MemoryCost cost;
  cost.bytes_per_path =
      text_bytes + needs.targets * (text_bytes + (needs.nodes + needs.config.classes()) * real);
  cost.bytes_per_row = token_bytes + 2 * columns * needs.number_bytes + needs.targets * real;
  if (needs.keeps_slopes) {  // and places, values, the estimate's own; several points asked for
    constexpr Index node_bytes = 160, estimate_rows = 6;
    cost.bytes_per_path += needs.targets * needs.nodes * node_bytes;
    cost.bytes_per_row += needs.targets * (needs.nodes + estimate_rows) * real;
  }
  if (needs.averages_head) {  // of the level at hand, and of the one before while it is refined
    cost.bytes_per_path += (2 + needs.targets) * needs.nodes * (hidden + 1) * real;
    cost.bytes_per_row += needs.targets * needs.nodes * real;
  }
  if (needs.full_attributions) {  // the mean gradient; one at a time carried back and multiplied
    cost.bytes_per_row += needs.targets * columns * real;
    cost.bytes_per_row += (columns + hidden) * needs.number_bytes + 2 * hidden * real;
  }
  return cost;
}

MemoryCost point_cost(const MemoryNeeds& needs) {
  const Index classes = needs.config.classes();
  return {2 * classes * Index{sizeof(double)} + point_bytes,
          2 * path_columns(needs) * needs.number_bytes + point_row_bytes};
}

MemoryCost network_cost(const MemoryNeeds& needs) {
  const ModelConfig& config = needs.config;
  const ChainMemory chain = chain_memory(config, needs.cut, needs.chain);
  // Wider rows are summed in several panels; meanwhile each thread keeps sums that are not done.
  constexpr Index widest_panel = 768, panel_columns = 64;
  const Index unfinished =
      config.hidden_size > widest_panel ? needs.threads * panel_columns : Index{0};
  const Index numbers = chain.numbers_per_row + unfinished +
                        config.hidden_size             // the ends of the path
                        + config.inner_size            // a feed-forward's middle
                        + 3 * config.hidden_size / 2;  // converted to bf16
  const Index classes = config.classes();
  return {(chain.numbers_per_sequence + 2 * config.hidden_size + 2 * classes) * needs.number_bytes,
          numbers * needs.number_bytes};
}

MemoryCost chunk_cost(const MemoryNeeds& needs) {
  const MemoryCost points = point_cost(needs), network = network_cost(needs);
  return {points.bytes_per_path + network.bytes_per_path,
          points.bytes_per_row + network.bytes_per_row};
}

Index fixed_bytes(const MemoryNeeds& needs, Index longest) {
  const Index head = needs.config.hidden_size / needs.config.heads;
  const Index widest = std::max(longest, needs.config.hidden_size);  // converted, two in a word
  const Index attention = (2 * longest * longest + longest * widest / 2 + 4 * longest * head +
                           longest * met_positions(needs.config, longest)) *
                          needs.number_bytes;
  const ModelConfig& config = needs.config;
  const Index average = needs.averages_head
                            ? HeadAverage::bytes(needs.nodes, config.hidden_size, config.classes())
                            : 0;
  return needs.threads * (attention + thread_bytes) + needs.nodes * 64 + average;
}

Index kept_weight_bytes(const ModelConfig& config) {
  const Index hidden = config.hidden_size;
  const Index block = 4 * hidden * hidden + 2 * hidden * config.inner_size;
  constexpr Index directions = 2, number = 2;
  const Index rounded_up = block / 16;  // panels and words that are not full
  return config.blocks * directions * number * (block + rounded_up);
}

bool worth_keeping_weights(Index rows) { return rows >= 8 * preferred_rows; }

ChunkPlan plan_chunks(const MemoryNeeds& needs, Index limit, Index used, const Lengths& lengths) {
  const Index shortest = std::max<Index>(1, lengths.shortest), longest = lengths.longest;
  const auto bytes_per_row = [&](const MemoryCost& cost) {
    return cost.bytes_per_row + (cost.bytes_per_path + shortest - 1) / shortest;
  };
  MemoryNeeds tried = needs;
  tried.chain.keep_traces = true;
  const Index rows = (limit - used) / bytes_per_row(chunk_cost(tried));
  if (rows >= std::max(lengths.longest_path, fewest_rows)) {
    const Index held = std::min(rows, std::max(preferred_rows, lengths.longest_path));
    return {held, held, true};
  }
  // A document's points are kept whole, its windows run one after another.
  const bool document = lengths.longest_path > longest;
  const Index points = document ? lengths.longest_path * bytes_per_row(point_cost(needs)) : 0;
  for (const bool keep_traces : {true, false}) {
    tried.chain.keep_traces = keep_traces;
    const Index per_row = bytes_per_row(document ? network_cost(tried) : chunk_cost(tried));
    const Index left = (limit - used - points) / per_row;
    if (left >= (keep_traces ? std::max(longest, fewest_rows) : longest)) {
      const Index held = std::min(left, std::max(preferred_rows, longest));
      return {held, document ? lengths.longest_path : held, keep_traces};
    }
    if (keep_traces) continue;
    constexpr Index mebibyte = Index{1} << 20;
    const Index needed = (used + points + longest * per_row) / mebibyte + 1;
    throw UsageError("the memory limit of " + std::to_string(limit) +
                     " bytes does not hold one point of a text of " +
                     std::to_string(lengths.longest_path) + " tokens; allow at least " +
                     std::to_string(needed) + " MiB");
  }
  return {};
}

}  // namespace integrad
