// A family of models is data: how its config.json and its tensors are called, and what differs in
// an otherwise equal chain. No layer and no loop asks which family it serves.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "integrad/compute/activation.h"

namespace integrad {

/// One place in the chain and its name in checkpoints.
struct ModuleName {
  std::string_view role;        // "embeddings.words", "block.attention.query", "head.classifier"
  std::string_view checkpoint;  // "bert.embeddings.word_embeddings", …; blocks: below the block
};

struct Family {
  std::string_view model_type;    // config.json: "bert"
  std::string_view architecture;  // "BertForSequenceClassification"
  std::string_view prefix;        // of the base model's tensors: "bert."
  std::string_view blocks;        // "bert.encoder.layer": block K is blocks.K
  std::span<const ModuleName> names;
  // Names of config.json's fields.
  std::string_view hidden_size, block_count, head_count, inner_size, activation;
  bool token_types = false;
  std::optional<double> layer_norm_epsilon;  // set: whatever config.json says
  Activation head_activation = Activation::tanh;
};

extern const Family bert;
extern const Family distilbert;

/// Every family that is built here.
std::span<const Family* const> families();

}  // namespace integrad
