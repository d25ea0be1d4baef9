#include "integrad/models/classifier.h"

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// Checkpoint name of a role such as "blocks.3.attention.query": the family's table, blocks by
/// number.
std::string checkpoint_name(const Family& family, const std::string& role) {
  std::string prefix, key = role;
  constexpr std::string_view blocks = "blocks.";
  if (role.starts_with(blocks)) {
    const std::size_t end = role.find('.', blocks.size());
    prefix =
        std::string(family.blocks) + role.substr(blocks.size() - 1, end - blocks.size() + 1) + ".";
    key = "block" + role.substr(end);
  }
  const std::size_t dot = key.rfind('.');  // before "weight" or "bias"
  for (const ModuleName& name : family.names) {
    if (name.role == key.substr(0, dot)) {
      return prefix + std::string(name.checkpoint) + key.substr(dot);
    }
  }
  throw std::logic_error("family " + std::string(family.model_type) + " does not name " + role);
}

/// Fails early, before anything large is allocated, on files that cannot hold the model.
void check_shapes(const ModelConfig& config, const WeightFiles& weights) {
  const std::string classifier = checkpoint_name(*config.family, "head.classifier.weight");
  if (!weights.contains(classifier)) {
    throw CheckpointError(
        "no classification head: tensor \"" + classifier + "\" is missing in " +
        weights.directory().string() +
        "; this is a base model, fine-tune it or choose a checkpoint for sequence classification");
  }
  const auto expect = [&](const std::string& role, Index rows, Index columns) {
    const std::string name = checkpoint_name(*config.family, role);
    const std::vector<Index> shape = weights.shape(name);
    if (shape == std::vector<Index>{rows, columns}) return;
    std::string found;
    for (const Index size : shape) found += (found.empty() ? "" : ", ") + std::to_string(size);
    throw CheckpointError("tensor \"" + name + "\": expected shape [" + std::to_string(rows) +
                          ", " + std::to_string(columns) + "] from config.json, found [" + found +
                          "] (" + weights.directory().string() + ")");
  };
  expect("head.classifier.weight", config.classes(), config.hidden_size);
  expect("embeddings.words.weight", config.vocabulary_size, config.hidden_size);
  expect("embeddings.positions.weight", config.positions, config.hidden_size);
  expect("head.dense.weight", config.hidden_size, config.hidden_size);
  for (Index k = 0; k < config.blocks; ++k) {
    const std::string block = "blocks." + std::to_string(k);
    expect(block + ".attention.query.weight", config.hidden_size, config.hidden_size);
    expect(block + ".feed_forward.inner.weight", config.inner_size, config.hidden_size);
  }
}

}  // namespace

template <class T>
Classifier<T>::Classifier(const ModelConfig& config)
    : config_(config),
      embeddings_(config.vocabulary_size, config.positions, config.token_types, config.hidden_size,
                  config.layer_norm_epsilon),
      head_(config.hidden_size, config.classes(), config.family->head_activation) {
  for (Index k = 0; k < config.blocks; ++k) {
    blocks_.emplace_back(config.hidden_size, config.heads, config.inner_size, config.activation,
                         config.layer_norm_epsilon);
  }
}

template <class T>
template <class V>
void Classifier<T>::visit(V&& visitor) {
  embeddings_.visit("embeddings", visitor);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    blocks_[k].visit("blocks." + std::to_string(k), visitor);
  }
  head_.visit("head", visitor);
}

template <class T>
Classifier<T> Classifier<T>::load(const ModelConfig& config, const WeightFiles& weights) {
  check_shapes(config, weights);
  Classifier classifier(config);
  classifier.visit([&](const std::string& role, MatrixView<T> values) {
    weights.read(checkpoint_name(*config.family, role), values);
  });
  return classifier;
}

template <class T>
Index Classifier<T>::parameter_count() {
  Index count = 0;
  visit([&](const std::string&, MatrixView<T> values) { count += values.rows * values.columns; });
  return count;
}

template <class T>
void Classifier<T>::check(const TokenBatch& batch) const {
  const auto inside = [](const char* what, std::int32_t value, Index size) {
    if (value >= 0 && value < size) return;
    throw UsageError(std::string(what) + " " + std::to_string(value) +
                     " is outside the model's table of " + std::to_string(size) +
                     " rows; do the tokenizer and the model belong together?");
  };
  for (const std::int32_t id : batch.ids) inside("token id", id, config_.vocabulary_size);
  for (const std::int32_t position : batch.positions) {
    inside("position", position, config_.positions);
  }
  if (config_.token_types == 0) return;
  for (const std::int32_t type : batch.type_ids) inside("token type id", type, config_.token_types);
}

template <class T>
void Classifier<T>::forward_to(Cut cut, const TokenBatch& batch, Workspace<T>& workspace,
                               Matrix<T>& activation) const {
  check(batch);
  activation.resize(batch.sequences.rows(), config_.hidden_size);
  embeddings_.look_up(batch.ids, activation);
  if (cut == Cut::word_embeddings) return;
  embeddings_.forward(*workspace.backend, activation, batch.positions, batch.type_ids, activation,
                      workspace.embeddings);
  if (workspace.blocks.empty()) workspace.blocks.resize(1);
  for (Index k = 0; block_output(k) <= cut; ++k) {  // nothing is kept: one trace serves all
    Matrix<T>& output = workspace.hidden[0];
    output.resize(activation.rows(), config_.hidden_size);
    blocks_[static_cast<std::size_t>(k)].forward(*workspace.backend, batch.sequences, activation,
                                                 output, workspace.blocks[0], workspace.scratch);
    std::swap(activation, output);
  }
}

template <class T>
void Classifier<T>::forward_from(Cut cut, ConstMatrixView<T> activation, const TokenBatch& batch,
                                 Workspace<T>& workspace, Matrix<T>& summary) const {
  ConstMatrixView<T> current = activation;
  int turn = 0;
  if (cut == Cut::word_embeddings) {
    Matrix<T>& output = workspace.hidden[turn];
    output.resize(activation.rows, config_.hidden_size);
    embeddings_.forward(*workspace.backend, activation, batch.positions, batch.type_ids, output,
                        workspace.embeddings);
    current = output.view();
    turn = 1 - turn;
  }
  if (workspace.blocks.size() < blocks_.size()) workspace.blocks.resize(blocks_.size());
  summary.resize(batch.sequences.count(), config_.hidden_size);
  const std::size_t last = blocks_.size() - 1;
  for (std::size_t k = 0; k < last; ++k) {
    if (block_output(static_cast<Index>(k)) <= cut) continue;
    Matrix<T>& output = workspace.hidden[turn];
    output.resize(activation.rows, config_.hidden_size);
    blocks_[k].forward(*workspace.backend, batch.sequences, current, output, workspace.blocks[k],
                       workspace.scratch);
    current = output.view();
    turn = 1 - turn;
  }
  if (block_output(static_cast<Index>(last)) > cut) {  // only [CLS] is read behind it
    blocks_[last].forward_first(*workspace.backend, batch.sequences, current, summary,
                                workspace.blocks[last], workspace.scratch);
    return;
  }
  for (Index s = 0; s < batch.sequences.count(); ++s) {
    std::copy_n(current.row(batch.sequences.start(s)), config_.hidden_size, summary.row(s));
  }
}

template <class T>
void Classifier<T>::backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                                Workspace<T>& workspace, MatrixView<T> d_activation) const {
  const std::size_t last = blocks_.size() - 1;
  if (block_output(static_cast<Index>(last)) > cut) {
    blocks_[last].backward_first(*workspace.backend, batch.sequences, workspace.blocks[last],
                                 d_summary, d_activation, workspace.scratch);
  } else {
    for (Index r = 0; r < d_activation.rows; ++r) {
      std::fill_n(d_activation.row(r), d_activation.columns, T(0));
    }
    for (Index s = 0; s < batch.sequences.count(); ++s) {
      std::copy_n(d_summary.row(s), config_.hidden_size,
                  d_activation.row(batch.sequences.start(s)));
    }
  }
  for (std::size_t k = last; k-- > 0;) {
    if (block_output(static_cast<Index>(k)) <= cut) break;
    blocks_[k].backward(*workspace.backend, batch.sequences, workspace.blocks[k], d_activation,
                        d_activation, workspace.scratch);
  }
  if (cut == Cut::word_embeddings) {
    embeddings_.backward(*workspace.backend, workspace.embeddings, d_activation, d_activation);
  }
}

template <class T>
Index Classifier<T>::bytes_per_row(Cut cut) const {
  const Index hidden = config_.hidden_size, inner = config_.inner_size;
  Index traces = hidden;  // embeddings
  for (Index k = 0; k < config_.blocks; ++k) {
    if (block_output(k) > cut) traces += 5 * hidden + inner + config_.heads + 2;
  }
  const Index scratch = 2 * hidden + 4 * hidden + inner + 2 * hidden;  // hidden, attention, inner
  const Index path = 2 * hidden;                                       // points and derivatives
  return (traces + scratch + path) * static_cast<Index>(sizeof(T));
}

template class Classifier<float>;
template class Classifier<double>;

}  // namespace integrad
