// Which row of the position table a token reads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "integrad/models/model_config.h"

namespace integrad {

/// Of one text with all its tokens, left-out padding included: 0, 1, 2, …; or, in families that
/// count by ids (RoBERTa, MPNet), padding id + 1, + 2, … for the tokens that are not padding and
/// the padding id itself for those that are, wherever they stand.
std::vector<std::int32_t> position_ids(const ModelConfig& config,
                                       std::span<const std::int32_t> ids);

}  // namespace integrad
