#include "integrad/attribution/text_classifier.h"

#include <algorithm>
#include <random>

#include "integrad/base/error.h"

namespace integrad {

TextClassifier TextClassifier::load(const std::filesystem::path& directory,
                                    std::string_view backend) {
  if (backend != "cpu" && backend != "reference") {
    throw UsageError("unknown backend \"" + std::string(backend) +
                     "\"; built here: cpu, reference");
  }
  if (!std::filesystem::is_directory(directory)) {
    throw CheckpointError("no model directory \"" + directory.string() +
                          "\"; expected a folder with config.json, weights and a "
                          "tokenizer");
  }
  const ModelConfig config = read_model_config(ConfigFile::load(directory));
  Tokenizer tokenizer = Tokenizer::load(directory);
  const WeightFiles weights = WeightFiles::open(directory);
  std::variant<Classifier<float>, Classifier<double>> network =
      backend == "cpu" ? decltype(network)(Classifier<float>::load(config, weights))
                       : decltype(network)(Classifier<double>::load(config, weights));
  return {directory, std::string(backend), std::move(tokenizer), std::move(network)};
}

void TextClassifier::unlearn(Index block, std::uint64_t seed) {
  const std::string room =
      block == config().blocks ? "head." : "blocks." + std::to_string(block) + ".";
  std::mt19937_64 random(seed);
  const auto forget = [&](auto& network) {
    for (const auto& parameter : network.parameters()) {
      if (!parameter.role.starts_with(room)) continue;
      const auto& values = parameter.values;  // a whole matrix, without gaps
      std::shuffle(values.data, values.data + values.rows * values.columns, random);
    }
  };
  std::visit(forget, network_);
}

const ModelConfig& TextClassifier::config() const {
  return std::visit([](const auto& network) -> const ModelConfig& { return network.config(); },
                    network_);
}

std::string_view TextClassifier::precision() const {
  return std::holds_alternative<Classifier<float>>(network_) ? "f32" : "f64";
}

Index TextClassifier::longest() const {
  return std::min(config().longest, tokenizer_.model_max_length().value_or(config().longest));
}

ModelCard TextClassifier::card(bool with_sha256) const {
  return {directory_.string(), std::string(config().family->model_type), config().labels,
          with_sha256 ? WeightFiles::open(directory_).sha256() : std::string()};
}

}  // namespace integrad
