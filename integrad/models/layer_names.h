// Names of the places where an explanation can start, as users and checkpoints write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/models/classifier.h"

namespace integrad {

/// A layer that `--layer` accepts.
struct LayerName {
  std::string name;    // short: "word_embeddings", "embeddings", "layer.3"
  std::string module;  // the checkpoint's: "bert.encoder.layer.3"; ALBERT's blocks: the short one
  Cut output;
  std::optional<Cut> input = {};  // unset: it reads token ids
};

std::vector<LayerName> layer_names(const ModelConfig& config);

/// The layer called `name`: the short name, or the module name or any dotted tail of it
/// ("encoder.layer.3"). Throws UsageError listing the names.
LayerName find_layer(const ModelConfig& config, std::string_view name);

/// Where the input of a layer crosses: the cut before it. Throws UsageError for the layers that
/// read token ids, which have no derivative.
Cut input_cut(const LayerName& layer);

}  // namespace integrad
