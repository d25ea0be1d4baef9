#include "integrad/models/layer_names.h"

#include "integrad/base/error.h"

namespace integrad {

std::vector<LayerName> layer_names(const ModelConfig& config) {
  const std::string prefix(config.family->prefix);
  std::vector<LayerName> layers{
      {"word_embeddings", prefix + "embeddings.word_embeddings", Cut::word_embeddings},
      {"embeddings", prefix + "embeddings", Cut::embeddings}};
  for (Index k = 0; k < config.blocks; ++k) {
    const std::string number = "." + std::to_string(k);
    layers.push_back(
        {"layer" + number, std::string(config.family->blocks) + number, block_output(k)});
  }
  return layers;
}

LayerName find_layer(const ModelConfig& config, std::string_view name) {
  for (const LayerName& layer : layer_names(config)) {
    const bool word = !name.empty() && (name[0] < '0' || name[0] > '9');  // not "3" of "layer.3"
    const bool tail = word && layer.module.ends_with("." + std::string(name));
    if (name == layer.name || name == layer.module || tail) return layer;
  }
  throw UsageError("unknown layer \"" + std::string(name) +
                   "\"; this model has word_embeddings, embeddings, layer.0 … layer." +
                   std::to_string(config.blocks - 1) + " (also as " +
                   std::string(config.family->blocks) + ".K)");
}

Cut input_cut(const LayerName& layer) {
  if (layer.output <= Cut::embeddings) {
    throw UsageError("layer \"" + layer.name +
                     "\" reads token ids, which have no derivative; use its output, or the input "
                     "of layer.0 or a later layer");
  }
  return static_cast<Cut>(static_cast<int>(layer.output) - 1);
}

}  // namespace integrad
