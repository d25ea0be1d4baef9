// ModernBERT (Warner et al. 2024): norms in front, rotary positions, most blocks see a window only,
// gated feed-forwards, few biases; the summary is [CLS] or a mean.
#include "integrad/base/error.h"
#include "integrad/models/model_config.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "model.embeddings.tok_embeddings"},
    {"embeddings.norm", "model.embeddings.norm"},
    {"block.attention_norm", "attn_norm"},
    {"block.attention.qkv", "attn.Wqkv"},
    {"block.attention.output", "attn.Wo"},
    {"block.feed_forward_norm", "mlp_norm"},
    {"block.feed_forward.inner", "mlp.Wi"},
    {"block.feed_forward.output", "mlp.Wo"},
    {"pooling.norm", "model.final_norm"},
    {"head.dense", "head.dense"},
    {"head.norm", "head.norm"},
    {"head.classifier", "classifier"},
};

[[noreturn]] void fail(const ConfigFile& file, const std::string& message) {
  throw CheckpointError("config.json: " + message + " (" + file.path().string() + ")");
}

/// Which blocks see a window only: a list since transformers 5, before that all but every n-th.
std::vector<bool> read_local(const ConfigFile& file, Index blocks) {
  std::vector<bool> local;
  const std::vector<std::string> types = file.strings("layer_types");
  if (types.empty()) {
    const Index every = file.integer("global_attn_every_n_layers", 1, 4096, 3);
    for (Index k = 0; k < blocks; ++k) local.push_back(k % every != 0);
    return local;
  }
  for (const std::string& type : types) {
    if (type != "full_attention" && type != "sliding_attention") {
      fail(file, "field \"layer_types\": expected full_attention or sliding_attention, found \"" +
                     type + "\"");
    }
    local.push_back(type == "sliding_attention");
  }
  if (static_cast<Index>(local.size()) != blocks) {
    fail(file, "field \"layer_types\": expected " + std::to_string(blocks) +
                   " entries, one a layer, found " + std::to_string(local.size()));
  }
  return local;
}

/// The base of the angles; the field's name has changed with transformers 5.
double read_base(const ConfigFile& file, const std::string& type, std::string_view old_name,
                 double fallback) {
  const std::string parameters = "rope_parameters." + type;
  for (const std::string& field : {parameters + ".rope_type", std::string("rope_scaling.rope_type"),
                                   std::string("rope_scaling.type")}) {
    const std::string kind = file.string(field, "default");
    if (kind == "default") continue;
    throw UnsupportedModel("config.json: " + field + " \"" + kind +
                           "\" is not supported; built here: default (" + file.path().string() +
                           ")");
  }
  const double base = file.number(parameters + ".rope_theta", file.number(old_name, fallback));
  if (!(base > 0)) fail(file, "field \"" + std::string(old_name) + "\" must be positive");
  return base;
}

Summary read_summary(const ConfigFile& file) {
  const std::string pooling = file.string("classifier_pooling", "cls");
  if (pooling == "cls") return Summary::first;
  if (pooling == "mean") return Summary::mean;
  fail(file, "field \"classifier_pooling\": expected cls or mean, found \"" + pooling + "\"");
}

void read_modern(const ConfigFile& file, ModelConfig& config) {
  if (config.hidden_size / config.heads % 2 != 0) {
    fail(file, "field \"num_attention_heads\" (" + std::to_string(config.heads) +
                   ") must leave an even number of columns a head of hidden_size " +
                   std::to_string(config.hidden_size));
  }
  const bool norm_bias = file.boolean("norm_bias", false);
  ModernBlockOptions block;
  block.local = read_local(file, config.blocks);
  block.window = file.integer("local_attention", 2, Index{1} << 20, 128) / 2;
  block.global_base = read_base(file, "full_attention", "global_rope_theta", 160000);
  // A null is "as global attention", an absent field the default of the configuration class.
  block.local_base = read_base(file, "sliding_attention", "local_rope_theta",
                               file.names("local_rope_theta") ? block.global_base : 10000);
  block.attention_bias = file.boolean("attention_bias", false);
  block.feed_forward_bias = file.boolean("mlp_bias", false);
  block.norm_bias = norm_bias;
  config.block = block;
  std::get<EmbeddingsOptions>(config.embeddings).norm_bias = norm_bias;
  config.pooling = {.summary = read_summary(file), .norm = true, .norm_bias = norm_bias};
  config.head.activation = parse_activation(file.string("classifier_activation", "gelu"));
  config.head.dense_bias = file.boolean("classifier_bias", false);
  config.head.norm = true;
  config.head.norm_bias = norm_bias;
}

}  // namespace

constinit const Family modernbert{
    .model_type = "modernbert",
    .architecture = "ModernBertForSequenceClassification",
    .prefix = "model.",
    .blocks = "model.layers",
    .names = names,
    .vocabulary_size = {"vocab_size", 50368},
    .block_count = {"num_hidden_layers", 22},
    .inner_size = {"intermediate_size", 1152},
    .positions = {"max_position_embeddings", 8192},
    .activation = "hidden_activation",
    .epsilon = "norm_eps",
    .epsilon_fallback = 1e-5,
    .position_ids = PositionIds::none,
    .distances = true,
    .read_more = read_modern,
};

}  // namespace integrad
