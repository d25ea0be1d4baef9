// ALBERT (Lan et al. 2020): blocks share their weights in groups, narrower embeddings.
#include "integrad/base/error.h"
#include "integrad/models/model_config.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "albert.embeddings.word_embeddings"},
    {"embeddings.positions", "albert.embeddings.position_embeddings"},
    {"embeddings.token_types", "albert.embeddings.token_type_embeddings"},
    {"embeddings.norm", "albert.embeddings.LayerNorm"},
    {"projection", "albert.encoder.embedding_hidden_mapping_in"},
    {"block.attention.query", "attention.query"},
    {"block.attention.key", "attention.key"},
    {"block.attention.value", "attention.value"},
    {"block.attention.output", "attention.dense"},
    {"block.attention.relative_keys", "attention.distance_embedding"},
    {"block.attention_norm", "attention.LayerNorm"},
    {"block.feed_forward.inner", "ffn"},
    {"block.feed_forward.output", "ffn_output"},
    {"block.output_norm", "full_layer_layer_norm"},
    {"head.dense", "albert.pooler"},
    {"head.classifier", "classifier"},
};

/// A layer of the configuration runs the inner blocks of its group one after another.
void read_groups(const ConfigFile& file, ModelConfig& config) {
  constexpr Index most = 4096;
  config.inner_blocks = file.integer("inner_group_num", 1, most, 1);
  config.block_groups = file.integer("num_hidden_groups", 1, config.blocks, 1);
  if (config.blocks * config.inner_blocks > most) {
    throw CheckpointError("config.json: fields \"num_hidden_layers\" (" +
                          std::to_string(config.blocks) + ") and \"inner_group_num\" (" +
                          std::to_string(config.inner_blocks) + ") make more than " +
                          std::to_string(most) + " blocks (" + file.path().string() + ")");
  }
  config.blocks *= config.inner_blocks;
}

}  // namespace

constinit const Family albert{
    .model_type = "albert",
    .architecture = "AlbertForSequenceClassification",
    .prefix = "albert.",
    .blocks = "albert.encoder.albert_layer_groups",
    .inner_blocks = "albert_layers",
    .names = names,
    .vocabulary_size = {"vocab_size", 30000},
    .hidden_size = {"hidden_size", 4096},
    .head_count = {"num_attention_heads", 64},
    .inner_size = {"intermediate_size", 16384},
    .embedding_size = {"embedding_size", 128},
    .token_types = 2,
    .activation_fallback = "gelu_new",
    .relative_keys_scaled = false,
    .widening = Widening::always_behind_norm,
    .dropout = {.head = "classifier_dropout_prob",
                .fallback = 0,
                .head_fallback = 0.1,
                .feed_forward = false},
    .read_more = read_groups,
};

}  // namespace integrad
