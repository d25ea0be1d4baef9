#include "integrad/faithfulness/perturbation.h"

namespace integrad {

TokenInput without(const TokenInput& text, std::span<const std::size_t> positions) {
  std::vector<bool> removed(text.ids.size(), false);
  for (const std::size_t position : positions) removed[position] = true;
  TokenInput rest;
  for (std::size_t i = 0; i < text.ids.size(); ++i) {
    if (removed[i]) continue;
    rest.ids.push_back(text.ids[i]);
    rest.type_ids.push_back(text.type_ids[i]);
  }
  if (rest.ids.empty() && !text.ids.empty()) {
    rest.ids.push_back(text.ids.front());
    rest.type_ids.push_back(text.type_ids.front());
  }
  return rest;
}

TokenInput replaced(const TokenInput& text, std::span<const std::size_t> positions,
                    std::span<const std::int32_t> ids) {
  TokenInput changed = text;
  for (const std::size_t position : positions) changed.ids[position] = ids[position];
  return changed;
}

std::size_t Probes::add(TokenInput text) {
  std::vector<std::int32_t> key = text.ids;
  key.insert(key.end(), text.type_ids.begin(), text.type_ids.end());
  const auto [entry, is_new] = numbers_.try_emplace(std::move(key), texts_.size());
  if (is_new) {
    tokens_ += static_cast<Index>(text.ids.size());
    texts_.push_back(std::move(text));
  }
  return entry->second;
}

}  // namespace integrad
