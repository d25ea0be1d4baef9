#include "integrad/models/model_config.h"

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr Index largest_size = Index{1} << 20;        // hidden, inner, positions
constexpr Index largest_vocabulary = Index{1} << 31;  // ids are 32-bit

constexpr const Family* all_families[] = {&bert, &distilbert};

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

void refuse_variants(const ConfigFile& file) {
  const std::string positions = file.string("position_embedding_type", "absolute");
  if (positions != "absolute") {
    throw UnsupportedModel("config.json: position_embedding_type \"" + positions +
                           "\" is not supported; built here: absolute (" + file.path().string() +
                           ")");
  }
}

}  // namespace

std::span<const Family* const> families() { return all_families; }

ModelConfig read_model_config(const ConfigFile& file) {
  const Family& family = find_family(file);
  refuse_variants(file);
  ModelConfig config;
  config.family = &family;
  config.vocabulary_size = file.integer("vocab_size", 1, largest_vocabulary, 30522);
  config.hidden_size = file.integer(family.hidden_size, 1, largest_size, 768);
  config.blocks = file.integer(family.block_count, 1, 4096, family.token_types ? 12 : 6);
  config.heads = file.integer(family.head_count, 1, largest_size, 12);
  config.inner_size = file.integer(family.inner_size, 1, largest_size, 3072);
  config.positions = file.integer("max_position_embeddings", 1, largest_size, 512);
  if (family.token_types) config.token_types = file.integer("type_vocab_size", 1, 65536, 2);
  if (config.hidden_size % config.heads != 0) {
    throw CheckpointError("config.json: field \"" + std::string(family.head_count) + "\" (" +
                          std::to_string(config.heads) + ") must divide \"" +
                          std::string(family.hidden_size) + "\" (" +
                          std::to_string(config.hidden_size) + ") (" + file.path().string() + ")");
  }
  const std::string activation = file.string(family.activation, "gelu");
  try {
    config.activation = parse_activation(activation);
  } catch (const UnsupportedModel& error) {
    throw UnsupportedModel("config.json: field \"" + std::string(family.activation) +
                           "\": " + error.what() + " (" + file.path().string() + ")");
  }
  config.layer_norm_epsilon =
      family.layer_norm_epsilon ? *family.layer_norm_epsilon : file.number("layer_norm_eps", 1e-12);
  if (!(config.layer_norm_epsilon >= 0)) {
    throw CheckpointError("config.json: field \"layer_norm_eps\" must not be negative (" +
                          file.path().string() + ")");
  }
  config.problem = read_problem(file);
  config.labels = file.labels();
  return config;
}

}  // namespace integrad
