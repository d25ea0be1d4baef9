#include "integrad/models/positions.h"

namespace integrad {

std::vector<std::int32_t> position_ids(const ModelConfig& config,
                                       std::span<const std::int32_t> ids) {
  std::vector<std::int32_t> positions;
  positions.reserve(ids.size());
  const bool by_ids = config.family->position_ids == PositionIds::ids;
  std::int32_t next = by_ids ? config.padding_id + 1 : 0;
  for (const std::int32_t id : ids) {
    const bool padding = by_ids && id == config.padding_id;
    positions.push_back(padding ? config.padding_id : next++);
  }
  return positions;
}

}  // namespace integrad
