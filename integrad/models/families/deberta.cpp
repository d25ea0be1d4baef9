// DeBERTa v2 and v3 (He et al. 2021): attention to relative positions, mostly no others, a pooler
// with gelu; large models with a convolution. Defaults are those of transformers' DebertaV2Config.
#include <algorithm>
#include <cctype>

#include "integrad/base/error.h"
#include "integrad/models/model_config.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "deberta.embeddings.word_embeddings"},
    {"embeddings.positions", "deberta.embeddings.position_embeddings"},
    {"embeddings.token_types", "deberta.embeddings.token_type_embeddings"},
    {"embeddings.projection", "deberta.embeddings.embed_proj"},
    {"embeddings.norm", "deberta.embeddings.LayerNorm"},
    {"block.attention.query", "attention.self.query_proj"},
    {"block.attention.key", "attention.self.key_proj"},
    {"block.attention.value", "attention.self.value_proj"},
    {"block.attention.output", "attention.output.dense"},
    {"block.attention.positions.table", "deberta.encoder.rel_embeddings"},
    {"block.attention.positions.norm", "deberta.encoder.LayerNorm"},
    {"block.attention.positions.key", "attention.self.pos_key_proj"},
    {"block.attention.positions.query", "attention.self.pos_query_proj"},
    {"block.attention_norm", "attention.output.LayerNorm"},
    {"block.feed_forward.inner", "intermediate.dense"},
    {"block.feed_forward.output", "output.dense"},
    {"block.output_norm", "output.LayerNorm"},
    {"block.convolution.map", "deberta.encoder.conv.conv"},
    {"block.convolution.norm", "deberta.encoder.conv.LayerNorm"},
    {"head.dense", "pooler.dense"},
    {"head.classifier", "classifier"},
};

[[noreturn]] void fail(const ConfigFile& file, const std::string& what) {
  throw CheckpointError("config.json: " + what + " (" + file.path().string() + ")");
}

Activation read_activation(const ConfigFile& file, std::string_view field,
                           const std::string& fallback) {
  try {
    return parse_activation(file.string(field, fallback));
  } catch (const UnsupportedModel& error) {
    throw UnsupportedModel("config.json: field \"" + std::string(field) + "\": " + error.what() +
                           " (" + file.path().string() + ")");
  }
}

/// The entries of "p2c|c2p", in lower case, without spaces.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '|') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return parts;
}

bool has(const std::vector<std::string>& parts, std::string_view part) {
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

/// A size of which numbers below 1 mean `none`.
Index read_optional_size(const ConfigFile& file, std::string_view field, Index none) {
  constexpr Index most = Index{1} << 20;
  const Index size = file.integer(field, -most, most, -1);
  return size < 1 ? none : size;
}

DebertaPositionOptions read_positions(const ConfigFile& file, const ModelConfig& config) {
  std::vector<std::string> types = file.strings("pos_att_type");
  if (types.size() == 1) types = parts_of(types[0]);
  const bool relative = file.boolean("relative_attention", false);
  DebertaPositionOptions positions;
  // The reference implementation counts the terms even where it adds none.
  positions.score_terms = 1 + Index{has(types, "c2p")} + Index{has(types, "p2c")};
  positions.content_to_position = relative && has(types, "c2p");
  positions.position_to_content = relative && has(types, "p2c");
  positions.shared = file.boolean("share_att_key", false);
  positions.norm = has(parts_of(file.string("norm_rel_ebd", "none")), "layer_norm");
  positions.buckets = read_optional_size(file, "position_buckets", 0);
  positions.farthest = read_optional_size(file, "max_relative_positions", config.longest);
  const Index middle = positions.buckets / 2;
  if (positions.buckets > 0 && config.longest - 1 > middle &&
      (middle == 0 || positions.farthest - 1 <= middle)) {
    fail(file, "field \"position_buckets\" (" + std::to_string(positions.buckets) +
                   ") must be at least 2 and less than twice max_relative_positions − 1 (" +
                   std::to_string(positions.farthest - 1) + ")");
  }
  return positions;
}

DebertaConvolutionOptions read_convolution(const ConfigFile& file, const ModelConfig& config) {
  constexpr Index widest = 255;
  DebertaConvolutionOptions convolution;
  convolution.width = file.integer("conv_kernel_size", 0, widest, 0);
  if (convolution.width == 0) return convolution;
  convolution.groups = file.integer("conv_groups", 1, config.hidden_size, 1);
  convolution.activation = read_activation(file, "conv_act", "tanh");
  if (convolution.width % 2 == 0) {
    fail(file,
         "field \"conv_kernel_size\" must be odd, found " + std::to_string(convolution.width));
  }
  if (config.hidden_size % convolution.groups != 0) {
    fail(file, "field \"conv_groups\" (" + std::to_string(convolution.groups) +
                   ") must divide \"hidden_size\" (" + std::to_string(config.hidden_size) + ")");
  }
  return convolution;
}

/// Sizes that can only be what they are by default.
void expect_default(const ConfigFile& file, std::string_view field, Index value) {
  const Index found = file.integer(field, 1, Index{1} << 20, value);
  if (found == value) return;
  fail(file, "field \"" + std::string(field) + "\": expected " + std::to_string(value) +
                 ", found " + std::to_string(found));
}

void read_deberta(const ConfigFile& file, ModelConfig& config) {
  expect_default(file, "attention_head_size", config.hidden_size / config.heads);
  expect_default(file, "pooler_hidden_size", config.hidden_size);
  DebertaBlockOptions block;
  block.positions = read_positions(file, config);
  block.convolution = read_convolution(file, config);
  config.block = block;
  config.token_types = file.integer("type_vocab_size", 0, 65536, 0);
  if (file.boolean("position_biased_input", true)) config.positions = config.longest;
  auto& embeddings = std::get<EmbeddingsOptions>(config.embeddings);
  embeddings.positions = config.positions;
  embeddings.token_types = config.token_types;
  config.head.activation = read_activation(file, "pooler_hidden_act", "gelu");
}

}  // namespace

constinit const Family deberta{
    .model_type = "deberta-v2",
    .architecture = "DebertaV2ForSequenceClassification",
    .prefix = "deberta.",
    .blocks = "deberta.encoder.layer",
    .names = names,
    .vocabulary_size = {"vocab_size", 128100},
    .hidden_size = {"hidden_size", 1536},
    .block_count = {"num_hidden_layers", 24},
    .head_count = {"num_attention_heads", 24},
    .inner_size = {"intermediate_size", 6144},
    .epsilon_fallback = 1e-7,
    .position_ids = PositionIds::none,
    .widening = Widening::in_front_of_norm,
    .distances = true,
    .read_more = read_deberta,
};

}  // namespace integrad
