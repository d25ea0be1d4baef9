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

std::size_t block_behind(Cut cut) { return static_cast<std::size_t>(first_block(cut)); }

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
  workspace.traced.reset();
  for (Index k = 0; block_output(k) <= cut; ++k) {  // nothing is kept: one trace serves all
    Matrix<T>& output = workspace.hidden[0];
    output.resize(activation.rows(), config_.hidden_size);
    blocks_[static_cast<std::size_t>(k)].forward(*workspace.backend, batch.sequences, activation,
                                                 output, workspace.blocks[0], workspace.scratch);
    std::swap(activation, output);
  }
}

template <class T>
void Classifier<T>::lift(Cut cut, ConstMatrixView<T> activation, Workspace<T>& workspace,
                         MatrixView<T> lifted) const {
  blocks_[block_behind(cut)].lift(*workspace.backend, activation, lifted);
}

template <class T>
void Classifier<T>::lift_backward(Cut cut, ConstMatrixView<T> d_lifted, Workspace<T>& workspace,
                                  MatrixView<T> d_activation) const {
  blocks_[block_behind(cut)].lift_backward(*workspace.backend, d_lifted, d_activation);
}

template <class T>
void Classifier<T>::forward_block(std::size_t k, Cut cut, const Sequences& sequences,
                                  ConstMatrixView<T> input, Workspace<T>& workspace,
                                  MatrixView<T> output) const {
  const EncoderBlock<T>& block = blocks_[k];
  const bool lifted = workspace.options.lifted && k == block_behind(cut);
  auto& trace = workspace.blocks[workspace.options.keep_traces ? k - block_behind(cut) : 0];
  workspace.traced = k;
  const auto run = [&](auto forward) {
    (block.*forward)(*workspace.backend, sequences, input, output, trace, workspace.scratch);
  };
  if (only_first(k, workspace.options)) {
    run(lifted ? &EncoderBlock<T>::forward_first_lifted : &EncoderBlock<T>::forward_first);
  } else {
    run(lifted ? &EncoderBlock<T>::forward_lifted : &EncoderBlock<T>::forward);
  }
}

template <class T>
void Classifier<T>::backward_block(std::size_t k, Cut cut, const Sequences& sequences,
                                   ConstMatrixView<T> d_output, Workspace<T>& workspace,
                                   MatrixView<T> d_input) const {
  const EncoderBlock<T>& block = blocks_[k];
  const bool lifted = workspace.options.lifted && k == block_behind(cut);
  const auto& trace = workspace.blocks[workspace.options.keep_traces ? k - block_behind(cut) : 0];
  const auto run = [&](auto backward) {
    (block.*backward)(*workspace.backend, sequences, trace, d_output, d_input, workspace.scratch);
  };
  if (only_first(k, workspace.options)) {
    run(lifted ? &EncoderBlock<T>::backward_first_lifted : &EncoderBlock<T>::backward_first);
  } else {
    run(lifted ? &EncoderBlock<T>::backward_lifted : &EncoderBlock<T>::backward);
  }
}

template <class T>
void Classifier<T>::forward_from(Cut cut, ConstMatrixView<T> activation, const TokenBatch& batch,
                                 Workspace<T>& workspace, Matrix<T>& summary,
                                 const ChainOptions& options) const {
  workspace.prepare(options, blocks_.size() - block_behind(cut), blocks_.size() + 1);
  workspace.activation = activation;
  ConstMatrixView<T> current = activation;
  if (cut == Cut::word_embeddings) {
    Matrix<T>& output = workspace.input_of(0);
    output.resize(activation.rows, config_.hidden_size);
    embeddings_.forward(*workspace.backend, activation, batch.positions, batch.type_ids, output,
                        workspace.embeddings);
    current = output.view();
  }
  for (std::size_t k = block_behind(cut); k < blocks_.size(); ++k) {
    const bool ends = only_first(k, options);
    Matrix<T>& output = ends ? summary : workspace.input_of(k + 1);
    output.resize(ends ? batch.sequences.count() : activation.rows, config_.hidden_size);
    forward_block(k, cut, batch.sequences, current, workspace, output);
    if (ends) return;
    current = output.view();
  }
  summary.resize(batch.sequences.count(), config_.hidden_size);
  gather_first<T>(batch.sequences, current, summary);
}

template <class T>
void Classifier<T>::backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                                Workspace<T>& workspace, MatrixView<T> d_activation) const {
  const std::size_t first = block_behind(cut), end = blocks_.size();
  MatrixView<T> d_hidden = d_activation;
  if (workspace.options.lifted) {  // d_activation has other columns until the block of the cut
    workspace.hidden[1].resize(d_activation.rows, config_.hidden_size);
    d_hidden = workspace.hidden[1];
  }
  const bool ends = first < end && only_first(end - 1, workspace.options);
  if (!ends) scatter_first<T>(batch.sequences, d_summary, d_hidden);
  for (std::size_t k = end; k-- > first;) {
    if (!workspace.options.keep_traces && workspace.traced != k) {
      const bool from_cut = k == first && cut != Cut::word_embeddings;
      Matrix<T>& output = workspace.hidden[0];  // nobody reads it
      output.resize(only_first(k, workspace.options) ? batch.sequences.count() : d_hidden.rows,
                    config_.hidden_size);
      forward_block(k, cut, batch.sequences,
                    from_cut ? workspace.activation : workspace.input_of(k).view(), workspace,
                    output);
    }
    backward_block(k, cut, batch.sequences, only_first(k, workspace.options) ? d_summary : d_hidden,
                   workspace, k == first ? d_activation : d_hidden);
  }
  if (cut == Cut::word_embeddings) {
    embeddings_.backward(*workspace.backend, workspace.embeddings, d_activation, d_activation);
  }
}

template class Classifier<float>;
template class Classifier<double>;

}  // namespace integrad
