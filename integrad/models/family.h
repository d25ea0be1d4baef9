// A family of models is data: how its config.json and its tensors are called, and what differs in
// an otherwise equal chain. No layer and no loop asks which family it serves.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "integrad/base/matrix.h"
#include "integrad/compute/activation.h"

namespace integrad {

class ConfigFile;
struct ModelConfig;

/// One place in the chain and its name in checkpoints.
struct ModuleName {
  std::string_view role;  // "embeddings.words", "block.attention.query", "head.classifier"
  /// "bert.embeddings.word_embeddings", …; of a block: below the block, or, where it begins with
  /// the family's prefix, one for all blocks.
  std::string_view checkpoint;
};

/// A size in config.json, and what it is when the field is absent.
struct SizeField {
  std::string_view name;
  Index fallback;
};

/// Where a token's row of the position table comes from.
enum class PositionIds {
  rows,  // 0, 1, 2, …
  ids,   // padding id + 1, + 2, … for the tokens that are not padding; padding has its own
  none,  // there is no such table
};

/// Whether word vectors are made as wide as hidden states, and where.
enum class Widening {
  never,
  in_front_of_norm,  // inside the embeddings, where both sizes differ
  behind_norm,       // behind the embeddings, where both sizes differ
  always_behind_norm,
};

/// Where training leaves entries out, and what config.json calls the probabilities.
struct DropoutFields {
  std::string_view hidden = "hidden_dropout_prob";  // behind the embeddings and where it says so
  std::string_view attention = "attention_probs_dropout_prob";
  std::string_view head = "classifier_dropout";  // in front of the classifier; null: as `hidden`
  double fallback = 0.1;                         // of an absent field
  std::optional<double> head_fallback = {};
  bool attention_output = true;  // behind attention's output projection
  bool feed_forward = true;      // behind the feed-forward
  bool head_input = false;       // in front of the head's dense layer, too
};

/// Names of config.json's fields are BERT's where a family does not say otherwise.
struct Family {
  std::string_view model_type;    // config.json: "bert"
  std::string_view architecture;  // "BertForSequenceClassification"
  std::string_view prefix;        // of the base model's tensors: "bert."
  std::string_view blocks;        // "bert.encoder.layer": block K is blocks.K
  std::string_view inner_blocks =
      {};  // ALBERT's "albert_layers": block K is blocks.G.inner_blocks.I
  std::span<const ModuleName> names;

  SizeField vocabulary_size{"vocab_size", 30522};
  SizeField hidden_size{"hidden_size", 768};
  SizeField block_count{"num_hidden_layers", 12};
  SizeField head_count{"num_attention_heads", 12};
  SizeField inner_size{"intermediate_size", 3072};
  SizeField positions{"max_position_embeddings", 512};
  SizeField embedding_size{"embedding_size",
                           0};            // columns of the word table, read if it may differ
  std::optional<Index> token_types = {};  // type_vocab_size when absent; unset: none
  std::string_view activation = "hidden_act";
  std::string_view activation_fallback = "gelu";
  std::string_view epsilon = "layer_norm_eps";  // "": not read, always the fallback
  double epsilon_fallback = 1e-12;

  PositionIds position_ids = PositionIds::rows;
  std::int32_t padding_id = 0;         // of PositionIds::ids
  bool padding_id_from_config = true;  // pad_token_id, where it is there
  bool relative_keys_scaled = true;    // RelativeKeyOptions::scaled
  Widening widening = Widening::never;
  Activation head_activation = Activation::tanh;
  /// A row's result depends on how far other rows are away, not on their positions: tokens may not
  /// be left out between others.
  bool distances = false;
  /// The embeddings mix neighbouring rows: special tokens have attributions there, too.
  bool mixes_neighbours = false;
  DropoutFields dropout = {};
  /// Reads what only this family has (block options, head); called last. May be null.
  void (*read_more)(const ConfigFile&, ModelConfig&) = nullptr;
};

extern const Family albert;
extern const Family bert;
extern const Family camembert;
extern const Family deberta;
extern const Family distilbert;
extern const Family electra;
extern const Family mobilebert;
extern const Family modernbert;
extern const Family mpnet;
extern const Family roberta;
extern const Family xlm_roberta;

/// Every family that is built here.
std::span<const Family* const> families();

}  // namespace integrad
