#include "integrad/models/model_config.h"

#include <algorithm>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr Index largest_size = Index{1} << 20;        // hidden, inner, positions
constexpr Index largest_vocabulary = Index{1} << 31;  // ids are 32-bit

constexpr const Family* all_families[] = {&albert,     &bert,    &camembert,  &deberta,
                                          &distilbert, &electra, &mobilebert, &modernbert,
                                          &mpnet,      &roberta, &xlm_roberta};

const Family& find_family(const ConfigFile& file) {
  const std::string type = file.string("model_type", "");
  const std::string architecture = file.architecture();
  std::string known;
  for (const Family* family : families()) {
    if (type == family->model_type) return *family;
    if (type.empty() && architecture == family->architecture) return *family;
    known += (known.empty() ? "" : ", ") + std::string(family->model_type);
  }
  throw UnsupportedModel("model_type \"" + (type.empty() ? architecture : type) +
                         "\" is not supported; built here: " + known + " (" + file.path().string() +
                         ")");
}

Problem read_problem(const ConfigFile& file) {
  const std::string problem = file.string("problem_type", "");
  if (problem.empty() || problem == "single_label_classification") return Problem::single_label;
  if (problem == "multi_label_classification") return Problem::multi_label;
  if (problem == "regression") return Problem::regression;
  throw CheckpointError(
      "config.json: field \"problem_type\": expected regression, "
      "single_label_classification or multi_label_classification, found \"" +
      problem + "\" (" + file.path().string() + ")");
}

bool names(const Family& family, std::string_view role) {
  return std::any_of(family.names.begin(), family.names.end(),
                     [role](const ModuleName& name) { return name.role == role; });
}

/// BERT's kinds of positions: a table, or vectors for distances in every block instead.
void read_position_kind(const ConfigFile& file, ModelConfig& config) {
  const Family& family = *config.family;
  config.distances = family.distances;
  const std::string kind = file.string("position_embedding_type", "absolute");
  if (kind == "absolute") return;
  const bool key = kind == "relative_key", key_query = kind == "relative_key_query";
  if ((!key && !key_query) || !names(family, "block.attention.relative_keys")) {
    throw UnsupportedModel("config.json: position_embedding_type \"" + kind +
                           "\" is not supported for " + std::string(family.model_type) +
                           "; built here: absolute, and for some families relative_key, "
                           "relative_key_query (" +
                           file.path().string() + ")");
  }
  config.block = EncoderBlockOptions{
      .relative_buckets = 0,
      .relative_keys = {.terms = key ? RelativeKeyTerms::key : RelativeKeyTerms::key_query,
                        .reach = config.positions,
                        .scaled = family.relative_keys_scaled}};
  config.positions = 0;  // checkpoints hold the table, nobody reads it
  config.distances = true;
}

Index read_size(const ConfigFile& file, const SizeField& field, Index highest = largest_size) {
  return file.integer(field.name, 1, highest, field.fallback);
}

void read_sizes(const ConfigFile& file, ModelConfig& config) {
  const Family& family = *config.family;
  config.vocabulary_size = read_size(file, family.vocabulary_size, largest_vocabulary);
  config.hidden_size = read_size(file, family.hidden_size);
  config.blocks = read_size(file, family.block_count, 4096);
  config.heads = read_size(file, family.head_count);
  config.inner_size = read_size(file, family.inner_size);
  if (family.token_types) {
    config.token_types = file.integer("type_vocab_size", 1, 65536, *family.token_types);
  }
  if (config.hidden_size % config.heads != 0) {
    throw CheckpointError("config.json: field \"" + std::string(family.head_count.name) + "\" (" +
                          std::to_string(config.heads) + ") must divide \"" +
                          std::string(family.hidden_size.name) + "\" (" +
                          std::to_string(config.hidden_size) + ") (" + file.path().string() + ")");
  }
}

void read_positions(const ConfigFile& file, ModelConfig& config) {
  const Family& family = *config.family;
  const Index longest = read_size(file, family.positions);
  if (family.position_ids != PositionIds::none) config.positions = longest;
  config.longest = longest;
  if (family.position_ids != PositionIds::ids) return;
  config.padding_id = family.padding_id;
  if (family.padding_id_from_config) {
    config.padding_id = static_cast<std::int32_t>(
        file.integer("pad_token_id", 0, config.vocabulary_size - 1, family.padding_id));
  }
  config.longest -= config.padding_id + 1;  // the first token's position is padding_id + 1
  if (config.longest < 1) {
    throw CheckpointError("config.json: field \"" + std::string(family.positions.name) + "\" (" +
                          std::to_string(longest) + ") leaves no position behind padding id " +
                          std::to_string(config.padding_id) + " (" + file.path().string() + ")");
  }
}

/// Columns of word vectors, and where they become hidden states.
void read_widths(const ConfigFile& file, ModelConfig& config) {
  const Family& family = *config.family;
  config.word_size = config.embeddings_size = config.hidden_size;
  if (family.widening == Widening::never) return;
  SizeField field = family.embedding_size;
  if (field.fallback == 0) field.fallback = config.hidden_size;
  config.word_size = read_size(file, field);
  if (family.widening == Widening::in_front_of_norm) return;
  config.embeddings_size = config.word_size;
  config.projection =
      family.widening == Widening::always_behind_norm || config.word_size != config.hidden_size;
}

void read_numerics(const ConfigFile& file, ModelConfig& config) {
  const Family& family = *config.family;
  const std::string activation =
      file.string(family.activation, std::string(family.activation_fallback));
  try {
    config.activation = parse_activation(activation);
  } catch (const UnsupportedModel& error) {
    throw UnsupportedModel("config.json: field \"" + std::string(family.activation) +
                           "\": " + error.what() + " (" + file.path().string() + ")");
  }
  config.layer_norm_epsilon = family.epsilon.empty()
                                  ? family.epsilon_fallback
                                  : file.number(family.epsilon, family.epsilon_fallback);
  if (!(config.layer_norm_epsilon >= 0)) {
    throw CheckpointError("config.json: field \"" + std::string(family.epsilon) +
                          "\" must not be negative (" + file.path().string() + ")");
  }
}

double read_rate(const ConfigFile& file, std::string_view field, double fallback) {
  const double rate = file.contains(field) ? file.number(field, fallback) : fallback;
  if (rate >= 0 && rate < 1) return rate;
  throw CheckpointError("config.json: field \"" + std::string(field) +
                        "\" must be at least 0 and below 1 (" + file.path().string() + ")");
}

void read_dropout(const ConfigFile& file, ModelConfig& config) {
  const DropoutFields& fields = config.family->dropout;
  const double hidden = read_rate(file, fields.hidden, fields.fallback);
  DropoutRates& rates = config.dropout;
  rates.embeddings = hidden;
  rates.attention = read_rate(file, fields.attention, fields.fallback);
  if (fields.attention_output) rates.attention_output = hidden;
  if (fields.feed_forward) rates.feed_forward = hidden;
  rates.head = read_rate(file, fields.head, fields.head_fallback.value_or(hidden));
  if (fields.head_input) rates.head_input = rates.head;
}

}  // namespace

std::span<const Family* const> families() { return all_families; }

Index ModelConfig::distinct_block(Index k) const {
  if (block_groups == 0) return k;
  // transformers: int(layer / (num_hidden_layers / num_hidden_groups)), in floating point.
  const Index layers = blocks / inner_blocks;
  const double layers_of_group = static_cast<double>(layers) / static_cast<double>(block_groups);
  const Index layer = k / inner_blocks;
  const auto group = static_cast<Index>(static_cast<double>(layer) / layers_of_group);
  return group * inner_blocks + k % inner_blocks;
}

ModelConfig read_model_config(const ConfigFile& file) {
  ModelConfig config;
  config.family = &find_family(file);
  read_sizes(file, config);
  read_positions(file, config);
  read_position_kind(file, config);
  read_widths(file, config);
  read_numerics(file, config);
  read_dropout(file, config);
  config.embeddings = EmbeddingsOptions{
      .vocabulary = config.vocabulary_size,
      .words = config.word_size,
      .hidden = config.embeddings_size,
      .positions = config.positions,
      .token_types = config.token_types,
      .epsilon = config.layer_norm_epsilon,
  };
  config.head.activation = config.family->head_activation;
  config.head.epsilon = config.layer_norm_epsilon;
  config.problem = read_problem(file);
  config.labels = file.labels();
  if (config.family->read_more != nullptr) config.family->read_more(file, config);
  return config;
}

}  // namespace integrad
