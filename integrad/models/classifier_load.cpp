// How a classifier is put together and filled from a checkpoint.
#include <algorithm>
#include <random>
#include <set>

#include "integrad/base/error.h"
#include "integrad/models/checkpoint_names.h"
#include "integrad/models/classifier.h"

namespace integrad {
namespace {

enum class Head { needed, optional };

/// The tensor's name, or where it is missing the same without the family's prefix.
std::string stored_name(const ModelConfig& config, const WeightFiles& weights,
                        const std::string& role) {
  std::string name = checkpoint_name(config, role);
  const std::string_view prefix = config.family->prefix;
  if (!weights.contains(name) && name.starts_with(prefix)) {
    std::string bare = name.substr(prefix.size());
    if (weights.contains(bare)) return bare;
  }
  return name;
}

/// Fails early, before anything large is allocated, on files that cannot hold the model.
void check_shapes(const ModelConfig& config, const WeightFiles& weights, Head head) {
  const std::string classifier = checkpoint_name(config, "head.classifier.weight");
  if (head == Head::needed && !weights.contains(classifier)) {
    throw CheckpointError("no classification head: tensor \"" + classifier + "\" is missing in " +
                          weights.directory().string() +
                          "; this is a base model, fine-tune it (integrad train) or choose a "
                          "checkpoint for sequence classification");
  }
  const auto expect = [&](const std::string& role, Index rows, Index columns) {
    const std::string name = stored_name(config, weights, role);
    const std::vector<Index> shape = weights.shape(name);
    if (shape == std::vector<Index>{rows, columns}) return;
    std::string found;
    for (const Index size : shape) found += (found.empty() ? "" : ", ") + std::to_string(size);
    throw CheckpointError("tensor \"" + name + "\": expected shape [" + std::to_string(rows) +
                          ", " + std::to_string(columns) + "] from config.json, found [" + found +
                          "] (" + weights.directory().string() + ")");
  };
  if (head == Head::needed) {
    expect("head.classifier.weight", config.classes(), config.hidden_size);
    if (config.head.dense) expect("head.dense.weight", config.hidden_size, config.hidden_size);
  }
  std::visit(
      [&]<class O>(const O& options) {
        O::template Layer<float>::expect_shapes(options, "embeddings", expect);
      },
      config.embeddings);
  if (config.projection) {
    expect("projection.weight", config.hidden_size, config.embeddings_size);
  }
  for (Index k = 0; k < config.distinct_blocks(); ++k) {
    std::visit(
        [&]<class O>(const O& options) {
          O::template Layer<float>::expect_shapes(config.block_sizes(), options,
                                                  "blocks." + std::to_string(k), expect);
        },
        config.block);
  }
}

/// A tensor of more than two dimensions is read as a matrix whose columns are all but the first.
template <class T>
void read(const WeightFiles& weights, const std::string& name, MatrixView<T> values) {
  const std::vector<Index> shape = weights.shape(name);
  Index columns = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) columns *= shape[i];
  if (shape.size() <= 2 || shape[0] != values.rows || columns != values.columns) {
    return weights.read(name, values);
  }
  const std::vector<float> numbers = weights.values(name);
  for (Index r = 0; r < values.rows; ++r) {
    std::copy_n(numbers.begin() + r * columns, columns, values.row(r));
  }
}

/// Whether the file has these values.
template <class T>
bool holds(const WeightFiles& weights, const std::string& name, MatrixView<T> values) {
  if (!weights.contains(name)) return false;
  const std::vector<Index> shape = weights.shape(name);
  if (shape.size() == 1) return values.rows == 1 && shape[0] == values.columns;
  return shape == std::vector<Index>{values.rows, values.columns};
}

template <class T>
void fill_normal(std::mt19937_64& random, MatrixView<T> values) {
  std::normal_distribution<double> normal(0, 0.02);
  for (Index r = 0; r < values.rows; ++r) {
    for (Index c = 0; c < values.columns; ++c) values(r, c) = static_cast<T>(normal(random));
  }
}

}  // namespace

template <class T>
Classifier<T>::Classifier(const ModelConfig& config)
    : config_(config),
      embeddings_(std::visit(
          []<class O>(const O& options) -> AnyEmbeddings<T> {
            return typename O::template Layer<T>(options);
          },
          config.embeddings)),
      pooling_(config.pooling, config.hidden_size, config.layer_norm_epsilon),
      head_(config.hidden_size, config.classes(), config.head) {
  if (config.projection) projection_.emplace(config.embeddings_size, config.hidden_size);
  for (Index k = 0; k < config.distinct_blocks(); ++k) {
    blocks_.push_back(std::visit(
        [&]<class O>(const O& options) -> Block<T> {
          return typename O::template Layer<T>(config.block_sizes(), options, k);
        },
        config.block));
  }
}

template <class T>
template <class V>
void Classifier<T>::visit(V&& visitor) {
  std::visit([&](auto& embeddings) { embeddings.visit("embeddings", visitor); }, embeddings_);
  if (projection_) projection_->visit("projection", visitor);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    std::visit([&](auto& block) { block.visit("blocks." + std::to_string(k), visitor); },
               blocks_[k]);
  }
  pooling_.visit("pooling", visitor);
  head_.visit("head", visitor);
}

template <class T>
Classifier<T> Classifier<T>::load(const ModelConfig& config, const WeightFiles& weights) {
  check_shapes(config, weights, Head::needed);
  Classifier classifier(config);
  classifier.visit([&](const std::string& role, MatrixView<T> values) {
    read(weights, checkpoint_name(config, role), values);
  });
  const auto backend = make_backend<T>(std::is_same_v<T, float> ? "cpu" : "reference");
  for (Block<T>& block : classifier.blocks_) {
    std::visit([&](auto& kind) { kind.prepare(*backend); }, block);
  }
  return classifier;
}

template <class T>
Classifier<T> Classifier<T>::load_to_train(const ModelConfig& config, const WeightFiles& weights,
                                           std::uint64_t seed, std::vector<std::string>& fresh) {
  check_trainable(config);
  check_shapes(config, weights, Head::optional);
  Classifier classifier(config);
  std::mt19937_64 random(seed);
  for (const Parameter<T>& parameter : classifier.parameters()) {
    const std::string stored = stored_name(config, weights, parameter.role);
    const bool head = parameter.role.starts_with("head.");
    if (!head || holds(weights, stored, parameter.values)) {
      read(weights, stored, parameter.values);
      continue;
    }
    fresh.push_back(parameter.name);
    if (parameter.role.ends_with(".weight")) fill_normal(random, parameter.values);
  }
  return classifier;
}

template <class T>
std::vector<Parameter<T>> Classifier<T>::parameters() {
  std::vector<Parameter<T>> found;
  std::set<std::string> seen;
  visit([&](const std::string& role, MatrixView<T> values) {
    std::string name = checkpoint_name(config_, role);
    if (seen.insert(name).second) found.push_back({role, std::move(name), values});
  });
  return found;
}

template <class T>
Index Classifier<T>::parameter_count() {
  Index count = 0;
  for (const auto& [role, name, values] : parameters()) count += values.rows * values.columns;
  return count;
}

template Classifier<float>::Classifier(const ModelConfig&);
template Classifier<double>::Classifier(const ModelConfig&);
template Classifier<float> Classifier<float>::load(const ModelConfig&, const WeightFiles&);
template Classifier<double> Classifier<double>::load(const ModelConfig&, const WeightFiles&);
template Classifier<float> Classifier<float>::load_to_train(const ModelConfig&, const WeightFiles&,
                                                            std::uint64_t,
                                                            std::vector<std::string>&);
template Classifier<double> Classifier<double>::load_to_train(const ModelConfig&,
                                                              const WeightFiles&, std::uint64_t,
                                                              std::vector<std::string>&);
template std::vector<Parameter<float>> Classifier<float>::parameters();
template std::vector<Parameter<double>> Classifier<double>::parameters();
template Index Classifier<float>::parameter_count();
template Index Classifier<double>::parameter_count();

}  // namespace integrad
