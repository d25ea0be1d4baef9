// MobileBERT (Sun et al. 2020): narrow blocks between bottlenecks, several feed-forwards a block,
// word vectors of three neighbours, scales and shifts in place of norms.
#include "integrad/base/error.h"
#include "integrad/models/model_config.h"

namespace integrad {
namespace {

constexpr Index most_feed_forwards = 8;  // as many as have names below

constexpr ModuleName names[] = {
    {"embeddings.words", "mobilebert.embeddings.word_embeddings"},
    {"embeddings.transformation", "mobilebert.embeddings.embedding_transformation"},
    {"embeddings.positions", "mobilebert.embeddings.position_embeddings"},
    {"embeddings.token_types", "mobilebert.embeddings.token_type_embeddings"},
    {"embeddings.norm", "mobilebert.embeddings.LayerNorm"},
    {"block.bottleneck", "bottleneck.input.dense"},
    {"block.bottleneck_norm", "bottleneck.input.LayerNorm"},
    {"block.shared", "bottleneck.attention.dense"},
    {"block.shared_norm", "bottleneck.attention.LayerNorm"},
    {"block.attention.query", "attention.self.query"},
    {"block.attention.key", "attention.self.key"},
    {"block.attention.value", "attention.self.value"},
    {"block.attention.output", "attention.output.dense"},
    {"block.attention_norm", "attention.output.LayerNorm"},
    {"block.stage.0.inner", "ffn.0.intermediate.dense"},
    {"block.stage.0.output", "ffn.0.output.dense"},
    {"block.stage.0.norm", "ffn.0.output.LayerNorm"},
    {"block.stage.1.inner", "ffn.1.intermediate.dense"},
    {"block.stage.1.output", "ffn.1.output.dense"},
    {"block.stage.1.norm", "ffn.1.output.LayerNorm"},
    {"block.stage.2.inner", "ffn.2.intermediate.dense"},
    {"block.stage.2.output", "ffn.2.output.dense"},
    {"block.stage.2.norm", "ffn.2.output.LayerNorm"},
    {"block.stage.3.inner", "ffn.3.intermediate.dense"},
    {"block.stage.3.output", "ffn.3.output.dense"},
    {"block.stage.3.norm", "ffn.3.output.LayerNorm"},
    {"block.stage.4.inner", "ffn.4.intermediate.dense"},
    {"block.stage.4.output", "ffn.4.output.dense"},
    {"block.stage.4.norm", "ffn.4.output.LayerNorm"},
    {"block.stage.5.inner", "ffn.5.intermediate.dense"},
    {"block.stage.5.output", "ffn.5.output.dense"},
    {"block.stage.5.norm", "ffn.5.output.LayerNorm"},
    {"block.stage.6.inner", "ffn.6.intermediate.dense"},
    {"block.stage.6.output", "ffn.6.output.dense"},
    {"block.stage.6.norm", "ffn.6.output.LayerNorm"},
    {"block.last.inner", "intermediate.dense"},
    {"block.last.output", "output.dense"},
    {"block.last.norm", "output.LayerNorm"},
    {"block.expansion", "output.bottleneck.dense"},
    {"block.expansion_norm", "output.bottleneck.LayerNorm"},
    {"head.dense", "mobilebert.pooler.dense"},
    {"head.classifier", "classifier"},
};

[[noreturn]] void fail(const ConfigFile& file, const std::string& message) {
  throw CheckpointError("config.json: " + message + " (" + file.path().string() + ")");
}

bool read_normalizes(const ConfigFile& file) {
  const std::string type = file.string("normalization_type", "no_norm");
  if (type != "no_norm" && type != "layer_norm") {
    fail(file,
         "field \"normalization_type\": expected no_norm or layer_norm, found \"" + type + "\"");
  }
  return type == "layer_norm";
}

MobileBlockOptions read_block(const ConfigFile& file, const ModelConfig& config) {
  constexpr Index largest = Index{1} << 20;
  MobileBlockOptions block;
  block.bottleneck = file.boolean("use_bottleneck", true);
  block.width = config.hidden_size;
  if (block.bottleneck) block.width = file.integer("intra_bottleneck_size", 1, largest, 128);
  if (block.width % config.heads != 0) {
    fail(file, "field \"num_attention_heads\" (" + std::to_string(config.heads) +
                   ") must divide the width between bottlenecks (" + std::to_string(block.width) +
                   ")");
  }
  const bool narrow_attention = file.boolean("use_bottleneck_attention", false);
  const bool shared = file.boolean("key_query_shared_bottleneck", true);
  block.queries = block.values = MobileSource::block;
  if (block.bottleneck && narrow_attention) {
    block.queries = block.values = MobileSource::bottleneck;
  } else if (block.bottleneck && shared) {
    block.queries = MobileSource::shared;
  } else if (block.width != config.hidden_size) {  // transformers: shapes that do not match
    fail(file, "queries read hidden states of " + std::to_string(config.hidden_size) +
                   " columns, but \"intra_bottleneck_size\" is " + std::to_string(block.width) +
                   "; expected key_query_shared_bottleneck or use_bottleneck_attention");
  }
  block.feed_forwards = file.integer("num_feedforward_networks", 1, most_feed_forwards, 4);
  block.normalizes = read_normalizes(file);
  return block;
}

void read_mobile(const ConfigFile& file, ModelConfig& config) {
  config.block = read_block(file, config);
  config.embeddings = MobileEmbeddingsOptions{
      .vocabulary = config.vocabulary_size,
      .words = config.word_size,
      .hidden = config.hidden_size,
      .positions = config.positions,
      .token_types = config.token_types,
      .trigram = file.boolean("trigram_input", true),
      .normalizes = read_normalizes(file),
  };
  config.head.dense = file.boolean("classifier_activation", true);
}

}  // namespace

constinit const Family mobilebert{
    .model_type = "mobilebert",
    .architecture = "MobileBertForSequenceClassification",
    .prefix = "mobilebert.",
    .blocks = "mobilebert.encoder.layer",
    .names = names,
    .hidden_size = {"hidden_size", 512},
    .block_count = {"num_hidden_layers", 24},
    .head_count = {"num_attention_heads", 4},
    .inner_size = {"intermediate_size", 512},
    .embedding_size = {"embedding_size", 128},
    .token_types = 2,
    .activation_fallback = "relu",
    .widening = Widening::in_front_of_norm,
    .mixes_neighbours = true,
    .read_more = read_mobile,
};

}  // namespace integrad
