#include "integrad/models/layer_names.h"

#include "integrad/base/error.h"
#include "integrad/models/checkpoint_names.h"

namespace integrad {

std::vector<LayerName> layer_names(const ModelConfig& config) {
  std::string words = checkpoint_name(config, "embeddings.words.weight");
  words.resize(words.rfind('.'));
  std::vector<LayerName> layers{
      {"word_embeddings", words, Cut::word_embeddings},
      {"embeddings", std::string(config.family->prefix) + "embeddings", Cut::embeddings}};
  // A layer of ALBERT may be several blocks.
  const Index blocks = config.inner_blocks;
  for (Index k = 0; k < config.blocks / blocks; ++k) {
    const std::string name = "layer." + std::to_string(k);
    const Cut input = k == 0 ? Cut::embeddings : block_output(k * blocks - 1);
    // A module that is run several times is no name of one of its outputs.
    layers.push_back({name, config.block_groups > 0 ? name : block_module(config, k),
                      block_output((k + 1) * blocks - 1), input});
  }
  return layers;
}

LayerName find_layer(const ModelConfig& config, std::string_view name) {
  for (const LayerName& layer : layer_names(config)) {
    const bool word = !name.empty() && (name[0] < '0' || name[0] > '9');  // not "3" of "layer.3"
    const bool tail = word && layer.module.ends_with("." + std::string(name));
    if (name == layer.name || name == layer.module || tail) return layer;
  }
  const std::string also =
      config.block_groups > 0 ? "" : " (also as " + std::string(config.family->blocks) + ".K)";
  throw UsageError("unknown layer \"" + std::string(name) +
                   "\"; this model has word_embeddings, embeddings, layer.0 … layer." +
                   std::to_string(config.blocks / config.inner_blocks - 1) + also);
}

Cut input_cut(const LayerName& layer) {
  if (!layer.input) {
    throw UsageError("layer \"" + layer.name +
                     "\" reads token ids, which have no derivative; use its output, or the input "
                     "of layer.0 or a later layer");
  }
  return *layer.input;
}

}  // namespace integrad
