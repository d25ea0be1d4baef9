// The chain as training runs it: tokens to logits, and back to every weight. The last block
// computes [CLS] only, as everywhere.
#include "integrad/base/error.h"
#include "integrad/models/classifier.h"
#include "integrad/models/training_workspace.h"

namespace integrad {
namespace {

/// Places of dropout along the chain; a block has four numbers.
enum Place : std::uint64_t { embeddings, head_input, head, first_of_blocks = 4 };

/// Streams of one call of the network.
class Streams {
 public:
  Streams(const DropoutRates& rates, const std::optional<DropoutKey>& key)
      : rates_(rates), key_(key) {}

  Dropout of_embeddings() const { return at(embeddings, rates_.embeddings); }
  Dropout of_head_input() const { return at(head_input, rates_.head_input); }
  Dropout of_head() const { return at(head, rates_.head); }
  BlockDropout of_block(std::size_t k) const {
    const std::uint64_t first = first_of_blocks + 4 * static_cast<std::uint64_t>(k);
    return {at(first, rates_.attention), at(first + 1, rates_.attention_output),
            at(first + 2, rates_.feed_forward)};
  }

 private:
  Dropout at(std::uint64_t place, double rate) const {
    if (!key_) return {};
    constexpr int places = 20;  // bits
    return {rate, key_->seed, key_->call << places | place};
  }
  const DropoutRates& rates_;
  const std::optional<DropoutKey>& key_;
};

bool plain(const EncoderBlockOptions& options) {
  return options.relative_buckets == 0 && options.relative_keys.terms == RelativeKeyTerms::none;
}

}  // namespace

template <class T>
void Classifier<T>::check_trainable(const ModelConfig& config) {
  const auto* block = std::get_if<EncoderBlockOptions>(&config.block);
  const auto* embeddings = std::get_if<EmbeddingsOptions>(&config.embeddings);
  const bool built = block != nullptr && plain(*block) && embeddings != nullptr &&
                     embeddings->words == embeddings->hidden && config.head.dense &&
                     !config.head.norm && config.pooling.summary == Summary::first &&
                     !config.pooling.norm;
  if (built) return;
  throw UnsupportedModel("training of this " + std::string(config.family->model_type) +
                         " is not built; built are bert, distilbert, roberta, xlm-roberta, "
                         "camembert, electra and albert with absolute positions");
}

template <class T>
void Classifier<T>::forward_training(const TokenBatch& batch, const std::optional<DropoutKey>& key,
                                     TrainingWorkspace<T>& workspace, Matrix<T>& logits) const {
  check(batch);
  workspace.key = key;
  const Streams streams(config_.dropout, workspace.key);
  Backend<T>& backend = *workspace.backend;
  const Index rows = batch.sequences.rows(), hidden = config_.hidden_size;
  workspace.blocks.resize(block_count());
  workspace.inputs.resize(block_count());
  workspace.inputs[0].resize(rows, hidden);
  Matrix<T>& embedded = projection_ ? workspace.embedded : workspace.inputs[0];
  embedded.resize(rows, config_.embeddings_size);
  const auto& embeddings = std::get<Embeddings<T>>(embeddings_);
  embeddings.look_up(batch.ids, embedded);
  embeddings.forward(backend, {batch.sequences, batch.positions, batch.type_ids}, embedded,
                     embedded, workspace.embeddings);
  backend.drop_out(streams.of_embeddings(), embedded, embedded);
  if (projection_) projection_->forward(backend, embedded, workspace.inputs[0]);

  workspace.summary.resize(batch.sequences.count(), hidden);
  for (std::size_t k = 0; k < block_count(); ++k) {
    const EncoderBlockTraining<T> training{std::get<EncoderBlock<T>>(block(k)),
                                           streams.of_block(k)};
    if (k + 1 == block_count()) {
      training.forward_first(backend, batch.sequences, workspace.inputs[k], workspace.summary,
                             workspace.blocks[k], workspace.scratch);
    } else {
      workspace.inputs[k + 1].resize(rows, hidden);
      training.forward(backend, batch.sequences, workspace.inputs[k], workspace.inputs[k + 1],
                       workspace.blocks[k]);
    }
  }
  logits.resize(batch.sequences.count(), config_.classes());
  ClassificationHeadTraining<T>{head_, streams.of_head_input(), streams.of_head()}.forward(
      backend, workspace.summary, logits, workspace.head);
}

template <class T>
void Classifier<T>::backward_training(const TokenBatch& batch, ConstMatrixView<T> d_logits,
                                      TrainingWorkspace<T>& workspace, Classifier& gradient) const {
  const Streams streams(config_.dropout, workspace.key);
  Backend<T>& backend = *workspace.backend;
  ClassificationHeadTraining<T>{head_, streams.of_head_input(), streams.of_head()}.backward(
      backend, workspace.head, d_logits, workspace.summary, gradient.head_);
  workspace.d_rows.resize(batch.sequences.rows(), config_.hidden_size);
  const MatrixView<T> d_rows = workspace.d_rows;
  for (std::size_t k = block_count(); k-- > 0;) {
    const EncoderBlockTraining<T> training{std::get<EncoderBlock<T>>(block(k)),
                                           streams.of_block(k)};
    auto& of_block =
        gradient.blocks_[static_cast<std::size_t>(config_.distinct_block(static_cast<Index>(k)))];
    auto& block_gradient = std::get<EncoderBlock<T>>(of_block);
    if (k + 1 == block_count()) {
      training.backward_first(backend, batch.sequences, workspace.inputs[k], workspace.blocks[k],
                              workspace.summary, d_rows, block_gradient, workspace.scratch);
    } else {
      training.backward(backend, batch.sequences, workspace.inputs[k], workspace.blocks[k], d_rows,
                        d_rows, block_gradient, workspace.scratch);
    }
  }
  MatrixView<T> d_embedded = d_rows;
  if (projection_) {
    projection_->accumulate(backend, workspace.embedded, d_rows, *gradient.projection_);
    d_embedded = workspace.embedded;
    projection_->backward(backend, d_rows, d_embedded);
  }
  backend.drop_out(streams.of_embeddings(), d_embedded, d_embedded);
  std::get<Embeddings<T>>(embeddings_)
      .accumulate(backend, batch.ids, {batch.sequences, batch.positions, batch.type_ids},
                  workspace.embeddings, d_embedded, std::get<Embeddings<T>>(gradient.embeddings_));
}

template void Classifier<float>::check_trainable(const ModelConfig&);
template void Classifier<double>::check_trainable(const ModelConfig&);
template void Classifier<float>::forward_training(const TokenBatch&,
                                                  const std::optional<DropoutKey>&,
                                                  TrainingWorkspace<float>&, Matrix<float>&) const;
template void Classifier<double>::forward_training(const TokenBatch&,
                                                   const std::optional<DropoutKey>&,
                                                   TrainingWorkspace<double>&,
                                                   Matrix<double>&) const;
template void Classifier<float>::backward_training(const TokenBatch&, ConstMatrixView<float>,
                                                   TrainingWorkspace<float>&, Classifier&) const;
template void Classifier<double>::backward_training(const TokenBatch&, ConstMatrixView<double>,
                                                    TrainingWorkspace<double>&, Classifier&) const;

}  // namespace integrad
