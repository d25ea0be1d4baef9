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

namespace {

/// The head, or a block from `first_block` on; not what stands before the blocks.
bool is_behind(const std::string& role, Index first_block) {
  constexpr std::string_view blocks = "blocks.";
  if (role.starts_with("head.")) return true;
  return role.starts_with(blocks) && std::stol(role.substr(blocks.size())) >= first_block;
}

void shuffle(MatrixView<float> values, std::mt19937_64& random) {
  const auto at = [&](std::uint64_t i) -> float& {
    const auto place = static_cast<Index>(i);
    return values(place / values.columns, place % values.columns);
  };
  for (auto left = static_cast<std::uint64_t>(values.rows * values.columns); left > 1; --left) {
    std::swap(at(left - 1), at(random() % left));
  }
}

}  // namespace

TextClassifier TextClassifier::load_unlearned(const std::filesystem::path& directory,
                                              Index first_block, std::uint64_t seed) {
  TextClassifier classifier = load(directory);
  std::mt19937_64 random(seed);
  for (const Parameter<float>& parameter :
       std::get<Classifier<float>>(classifier.network_).parameters()) {
    if (is_behind(parameter.role, first_block)) shuffle(parameter.values, random);
  }
  return classifier;
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
