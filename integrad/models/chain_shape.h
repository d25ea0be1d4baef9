// What a configuration's chain looks like at a cut, known before any weight is read.
#pragma once

#include "integrad/models/chain_options.h"
#include "integrad/models/cut.h"
#include "integrad/models/model_config.h"

namespace integrad {

/// Columns of what crosses the cut.
Index columns_at(const ModelConfig& config, Cut cut);

/// Whether a straight path at the cut is one of lifted rows too (Classifier::lift): a block, or the
/// projection in front of it, reads what crosses, and its projections are affine in that.
bool can_lift(const ModelConfig& config, Cut cut);
/// Columns of lifted rows.
Index lifted_columns(const ModelConfig& config);

/// Whether the last block may compute the first row of each sequence only: the summary reads no
/// other, and the kind of block offers it.
bool can_leave_first(const ModelConfig& config);

/// How the chain right of the cut uses block `k`.
BlockUse use_of_block(const ModelConfig& config, Cut cut, const ChainOptions& options, Index k);

/// Whether the chain right of the cut runs the projection between embeddings and blocks itself.
bool projects(const ModelConfig& config, Cut cut, const ChainOptions& options);

}  // namespace integrad
