#include "integrad/models/checkpoint_names.h"

#include <stdexcept>

namespace integrad {

std::string block_module(const ModelConfig& config, Index k) {
  const Family& family = *config.family;
  const std::string blocks = std::string(family.blocks) + ".";
  if (family.inner_blocks.empty()) return blocks + std::to_string(k);
  return blocks + std::to_string(k / config.inner_blocks) + "." + std::string(family.inner_blocks) +
         "." + std::to_string(k % config.inner_blocks);
}

std::string checkpoint_name(const ModelConfig& config, const std::string& role) {
  const Family& family = *config.family;
  std::string module, key = role;
  constexpr std::string_view blocks = "blocks.";
  if (role.starts_with(blocks)) {
    const std::size_t end = role.find('.', blocks.size());
    module = block_module(config, std::stol(role.substr(blocks.size(), end - blocks.size()))) + ".";
    key = "block" + role.substr(end);
  }
  const std::size_t dot = key.rfind('.');  // before "weight" or "bias"
  for (const ModuleName& name : family.names) {
    if (name.role != key.substr(0, dot)) continue;
    const bool whole = name.checkpoint.starts_with(family.prefix);
    return (whole ? "" : module) + std::string(name.checkpoint) + key.substr(dot);
  }
  throw std::logic_error("family " + std::string(family.model_type) + " does not name " + role);
}

}  // namespace integrad
