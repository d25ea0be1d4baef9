#include "integrad/models/classifier.h"

#include "integrad/base/error.h"

namespace integrad {
namespace {

std::size_t block_behind(Cut cut) { return static_cast<std::size_t>(first_block(cut)); }

}  // namespace

template <class T>
void Classifier<T>::check(const TokenBatch& batch) const {
  const auto inside = [](const char* what, std::int32_t value, Index size) {
    if (value >= 0 && value < size) return;
    throw UsageError(std::string(what) + " " + std::to_string(value) +
                     " is outside the model's table of " + std::to_string(size) +
                     " rows; do the tokenizer and the model belong together?");
  };
  for (const std::int32_t id : batch.ids) inside("token id", id, config_.vocabulary_size);
  if (config_.positions > 0) {
    for (const std::int32_t position : batch.positions) {
      inside("position", position, config_.positions);
    }
  }
  if (batch.sequences.longest() > config_.longest) {
    throw UsageError("a text of " + std::to_string(batch.sequences.longest()) +
                     " tokens is longer than the model's " + std::to_string(config_.longest));
  }
  if (config_.token_types == 0) return;
  for (const std::int32_t type : batch.type_ids) inside("token type id", type, config_.token_types);
}

template <class T>
void Classifier<T>::embed(const TokenBatch& batch, ConstMatrixView<T> vectors,
                          Workspace<T>& workspace, MatrixView<T> output) const {
  const TokenPlaces places{batch.sequences, batch.positions, batch.type_ids};
  std::visit(
      [&]<class E>(const E& embeddings) {
        embeddings.forward(*workspace.backend, places, vectors, output,
                           kept<typename E::Trace>(workspace.embeddings));
      },
      embeddings_);
}

template <class T>
void Classifier<T>::embed_backward(const TokenBatch& batch, ConstMatrixView<T> d_output,
                                   Workspace<T>& workspace, MatrixView<T> d_vectors) const {
  const TokenPlaces places{batch.sequences, batch.positions, batch.type_ids};
  std::visit(
      [&]<class E>(const E& embeddings) {
        embeddings.backward(*workspace.backend, places,
                            kept<typename E::Trace>(workspace.embeddings), d_output, d_vectors);
      },
      embeddings_);
}

template <class T>
void Classifier<T>::forward_to(Cut cut, const TokenBatch& batch, Workspace<T>& workspace,
                               Matrix<T>& activation) const {
  check(batch);
  const Index rows = batch.sequences.rows();
  activation.resize(rows, config_.word_size);
  std::visit([&](const auto& embeddings) { embeddings.look_up(batch.ids, activation); },
             embeddings_);
  if (cut == Cut::word_embeddings) return;
  if (config_.word_size == config_.embeddings_size) {
    embed(batch, activation, workspace, activation);
  } else {
    workspace.hidden[0].resize(rows, config_.embeddings_size);
    embed(batch, activation, workspace, workspace.hidden[0]);
    std::swap(activation, workspace.hidden[0]);
  }
  if (cut == Cut::embeddings) return;
  Matrix<T>& output = workspace.hidden[0];
  if (projection_) {
    output.resize(rows, config_.hidden_size);
    projection_->forward(*workspace.backend, activation, output);
    std::swap(activation, output);
  }
  if (workspace.blocks.empty()) workspace.blocks.resize(1);
  workspace.traced.reset();
  for (Index k = 0; block_output(k) <= cut; ++k) {  // nothing is kept: one trace serves all
    output.resize(rows, config_.hidden_size);
    std::visit(
        [&]<class B>(const B& block) {
          block.forward(*workspace.backend, batch.sequences, activation, output,
                        kept<typename B::Trace>(workspace.blocks[0]),
                        kept<typename B::Scratch>(workspace.scratch));
        },
        block(static_cast<std::size_t>(k)));
    std::swap(activation, output);
  }
}

template <class T>
void Classifier<T>::lift(Cut cut, ConstMatrixView<T> activation, Workspace<T>& workspace,
                         MatrixView<T> lifted) const {
  if (projection_ && cut == Cut::embeddings) {
    Matrix<T>& projected = workspace.hidden[0];
    projected.resize(activation.rows, config_.hidden_size);
    projection_->forward(*workspace.backend, activation, projected);
    activation = projected.view();
  }
  std::visit(
      [&]<class B>(const B& block) {
        if constexpr (Lifts<B>) block.lift(*workspace.backend, activation, lifted);
      },
      block(block_behind(cut)));
}

template <class T>
void Classifier<T>::lift_backward(Cut cut, ConstMatrixView<T> d_lifted, Workspace<T>& workspace,
                                  MatrixView<T> d_activation) const {
  const bool projected = projection_ && cut == Cut::embeddings;
  Matrix<T>& between = workspace.hidden[0];
  if (projected) between.resize(d_lifted.rows, config_.hidden_size);
  const MatrixView<T> d_input = projected ? between.view() : d_activation;
  std::visit(
      [&]<class B>(const B& block) {
        if constexpr (Lifts<B>) block.lift_backward(*workspace.backend, d_lifted, d_input);
      },
      block(block_behind(cut)));
  if (projected) projection_->backward(*workspace.backend, d_input, d_activation);
}

template <class T>
void Classifier<T>::forward_block(std::size_t k, Cut cut, const Sequences& sequences,
                                  ConstMatrixView<T> input, Workspace<T>& workspace,
                                  MatrixView<T> output) const {
  const BlockUse use = use_of_block(config_, cut, workspace.options, static_cast<Index>(k));
  auto& trace = workspace.blocks[workspace.options.keep_traces ? k - block_behind(cut) : 0];
  workspace.traced = k;
  std::visit(
      [&]<class B>(const B& block) {
        integrad::forward_block<T>(use, block, *workspace.backend, sequences, input, output,
                                   kept<typename B::Trace>(trace),
                                   kept<typename B::Scratch>(workspace.scratch));
      },
      block(k));
}

template <class T>
void Classifier<T>::backward_block(std::size_t k, Cut cut, const Sequences& sequences,
                                   ConstMatrixView<T> d_output, Workspace<T>& workspace,
                                   MatrixView<T> d_input) const {
  const BlockUse use = use_of_block(config_, cut, workspace.options, static_cast<Index>(k));
  auto& trace = workspace.blocks[workspace.options.keep_traces ? k - block_behind(cut) : 0];
  std::visit(
      [&]<class B>(const B& block) {
        integrad::backward_block<T>(use, block, *workspace.backend, sequences,
                                    kept<typename B::Trace>(trace), d_output, d_input,
                                    kept<typename B::Scratch>(workspace.scratch));
      },
      block(k));
}

template <class T>
void Classifier<T>::forward_from(Cut cut, ConstMatrixView<T> activation, const TokenBatch& batch,
                                 Workspace<T>& workspace, Matrix<T>& summary,
                                 const ChainOptions& options) const {
  workspace.prepare(options, block_count() - block_behind(cut), block_count() + 1);
  workspace.activation = activation;
  ConstMatrixView<T> current = activation;
  const Index rows = activation.rows;
  const bool projected = projects(config_, cut, options);
  if (cut == Cut::word_embeddings) {
    Matrix<T>& output = projected ? workspace.embedded : workspace.input_of(0);
    output.resize(rows, config_.embeddings_size);
    embed(batch, activation, workspace, output);
    current = output.view();
  }
  if (projected) {
    Matrix<T>& output = workspace.input_of(0);
    output.resize(rows, config_.hidden_size);
    projection_->forward(*workspace.backend, current, output);
    current = output.view();
  }
  const bool first = ends_first(cut, options);
  summary.resize(batch.sequences.count(), config_.hidden_size);
  for (std::size_t k = block_behind(cut); k < block_count(); ++k) {
    const bool ends = first && k + 1 == block_count();
    Matrix<T>& output = ends ? summary : workspace.input_of(k + 1);
    if (!ends) output.resize(rows, config_.hidden_size);
    forward_block(k, cut, batch.sequences, current, workspace, output);
    current = output.view();
  }
  if (first) {
    pooling_.forward_first(*workspace.backend, summary, workspace.pooling);
  } else {
    pooling_.forward(*workspace.backend, batch.sequences, current, summary, workspace.pooling);
  }
}

template <class T>
void Classifier<T>::backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                                Workspace<T>& workspace, MatrixView<T> d_activation,
                                const ObserveBlock<T>& observe) const {
  const std::size_t start = block_behind(cut), end = block_count();
  const bool projected = projects(config_, cut, workspace.options);
  const Index rows = d_activation.rows;
  // The derivative of a block's input; of the first one's, where the block reads the cut itself.
  const bool blocks_read_cut = cut != Cut::word_embeddings && !projected;
  MatrixView<T> d_hidden = d_activation;
  if (projected || d_activation.columns != config_.hidden_size) {
    workspace.hidden[1].resize(rows, config_.hidden_size);
    d_hidden = workspace.hidden[1];
  }
  const MatrixView<T> d_first = blocks_read_cut ? d_activation : d_hidden;
  const bool first = ends_first(cut, workspace.options);
  if (first) {
    d_summary = pooling_.backward_first(*workspace.backend, workspace.pooling, d_summary);
  } else {
    pooling_.backward(*workspace.backend, batch.sequences, workspace.pooling, d_summary, d_hidden);
  }
  for (std::size_t k = end; k-- > start;) {
    const bool ends = first && k + 1 == end;
    if (!workspace.options.keep_traces && workspace.traced != k) {
      const bool from_cut = k == start && blocks_read_cut;
      Matrix<T>& output = workspace.hidden[0];  // nobody reads it
      output.resize(ends ? batch.sequences.count() : rows, config_.hidden_size);
      forward_block(k, cut, batch.sequences,
                    from_cut ? workspace.activation : workspace.input_of(k).view(), workspace,
                    output);
    }
    backward_block(k, cut, batch.sequences, ends ? d_summary : d_hidden, workspace,
                   k == start ? d_first : d_hidden);
    if (observe && k > start && !workspace.options.keep_traces) {
      observe(static_cast<Index>(k), workspace.input_of(k), d_hidden);
    }
  }
  if (projected) {
    if (cut == Cut::embeddings) {
      return projection_->backward(*workspace.backend, d_hidden, d_activation);
    }
    workspace.embedded.resize(rows, config_.embeddings_size);
    projection_->backward(*workspace.backend, d_hidden, workspace.embedded);
    d_hidden = workspace.embedded;
  }
  if (cut == Cut::word_embeddings) embed_backward(batch, d_hidden, workspace, d_activation);
}

template class Classifier<float>;
template class Classifier<double>;

}  // namespace integrad
