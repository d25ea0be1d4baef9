// From a place in the chain to the name of its tensor.
#pragma once

#include <string>

#include "integrad/models/model_config.h"

namespace integrad {

/// Module of distinct block `k` ("bert.encoder.layer.3").
std::string block_module(const ModelConfig& config, Index k);

/// Checkpoint name of a role such as "blocks.3.attention.query.weight": the family's table, blocks
/// by number.
std::string checkpoint_name(const ModelConfig& config, const std::string& role);

}  // namespace integrad
