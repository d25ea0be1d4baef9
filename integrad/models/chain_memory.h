// How much memory a Workspace takes, known before anything is computed.
#pragma once

#include "integrad/models/chain_options.h"
#include "integrad/models/cut.h"
#include "integrad/models/model_config.h"

namespace integrad {

struct ChainMemory {
  Index numbers_per_row = 0;
  Index numbers_per_sequence = 0;
};

/// Numbers of a Workspace's matrices after forward_to, forward_from and backward_to at the cut,
/// each with the same rows and sequences; the backend's own memory comes on top.
ChainMemory chain_memory(const ModelConfig& config, Cut cut, const ChainOptions& options);

/// Positions that a row of one head of attention may meet in a sequence (relative positions): the
/// backend keeps a number for each, for each row of the sequence and each thread.
Index met_positions(const ModelConfig& config, Index longest);

}  // namespace integrad
