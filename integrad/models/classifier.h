// A transformer text classifier as a chain that can be entered and left at every layer.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/checkpoint/weight_files.h"
#include "integrad/models/chain_memory.h"
#include "integrad/models/chain_shape.h"
#include "integrad/models/cut.h"
#include "integrad/models/model_config.h"
#include "integrad/models/token_batch.h"
#include "integrad/models/workspace.h"

namespace integrad {

template <class T>
struct TrainingWorkspace;

/// A matrix of weights, or a vector as a matrix of one row, and what checkpoints call it.
template <class T>
struct Parameter {
  std::string role;  // "blocks.3.attention.query.weight"
  std::string name;  // "bert.encoder.layer.3.attention.self.query.weight"
  MatrixView<T> values;
};

/// Draws of dropout: the same key, the same entries left out. `call` tells forwards apart.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint64_t call = 0;
};

/// Sees blocks on the way back, the last first: a block's number, what it read (rows × hidden) and
/// the derivative with respect to that. Both views last for the call.
template <class T>
using ObserveBlock =
    std::function<void(Index block, ConstMatrixView<T> input, ConstMatrixView<T> d_input)>;

/// Immutable after load and shareable between threads, each with its own Workspace.
/// Instantiated for float and double.
template <class T>
class Classifier {
 public:
  /// Reads every tensor that the chain needs, once. Throws CheckpointError naming a tensor that is
  /// missing or has another shape, or that the checkpoint has no classification head.
  static Classifier load(const ModelConfig& config, const WeightFiles& weights);

  /// The same to be trained further: tensors may lack the family's prefix, as base models are
  /// saved, and a head that is missing or has another number of classes is made anew, weights from
  /// a normal distribution of deviation 0.02, biases 0. `fresh` gets the names of what was made.
  static Classifier load_to_train(const ModelConfig& config, const WeightFiles& weights,
                                  std::uint64_t seed, std::vector<std::string>& fresh);
  /// All numbers 0: a gradient, or to be filled.
  static Classifier zeros(const ModelConfig& config) { return Classifier(config); }
  /// In the order of the chain; what several places share comes once. Whoever writes must be alone.
  std::vector<Parameter<T>> parameters();

  const ModelConfig& config() const { return config_; }
  const ClassificationHead<T>& head() const { return head_; }
  /// Numbers that the checkpoint holds for this chain; shared ones count once.
  Index parameter_count();

  /// tokens -> what crosses the cut. Throws UsageError for an id, position or type outside its
  /// table.
  void forward_to(Cut cut, const TokenBatch& batch, Workspace<T>& workspace,
                  Matrix<T>& activation) const;
  /// What crosses the cut -> one summary row a sequence: (sequences × hidden). Only sequences,
  /// positions and type_ids of the batch are read. Keeps in the workspace what backward_to needs,
  /// a view of `activation` included: it must outlive the backward.
  void forward_from(Cut cut, ConstMatrixView<T> activation, const TokenBatch& batch,
                    Workspace<T>& workspace, Matrix<T>& summary,
                    const ChainOptions& options = {}) const;
  /// Derivative with respect to what crosses the cut (of activation's shape), of the last
  /// forward_from with the same cut and batch; any number of times. `observe` is called for every
  /// block but the first right of the cut, which reads what crosses it; only where that
  /// forward_from did not keep traces, for then it kept the blocks' inputs.
  void backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                   Workspace<T>& workspace, MatrixView<T> d_activation,
                   const ObserveBlock<T>& observe = {}) const;

  /// Whether queries, keys and values of the first block right of the cut are affine in what
  /// crosses it, so that a straight path is one of lifted rows [x | q, k, v of x], too: only its
  /// ends are projected, and no point multiplies by the projections' weights.
  bool can_lift(Cut cut) const { return integrad::can_lift(config_, cut); }
  /// (rows × columns_at(cut)) -> lifted (rows × lifted_columns).
  void lift(Cut cut, ConstMatrixView<T> activation, Workspace<T>& workspace,
            MatrixView<T> lifted) const;
  /// Derivative with respect to lifted rows -> with respect to the rows. Linear, so that it may be
  /// taken once of a sum over many points.
  void lift_backward(Cut cut, ConstMatrixView<T> d_lifted, Workspace<T>& workspace,
                     MatrixView<T> d_activation) const;

  /// Throws UnsupportedModel for families whose training is not built (training.h).
  static void check_trainable(const ModelConfig& config);
  /// tokens -> logits (sequences × classes), with dropout as config.json says if there is a key.
  /// Throws as forward_to.
  void forward_training(const TokenBatch& batch, const std::optional<DropoutKey>& key,
                        TrainingWorkspace<T>& workspace, Matrix<T>& logits) const;
  /// Adds the derivative with respect to every parameter to `gradient`, after a forward_training of
  /// the same batch and workspace.
  void backward_training(const TokenBatch& batch, ConstMatrixView<T> d_logits,
                         TrainingWorkspace<T>& workspace, Classifier& gradient) const;

 private:
  explicit Classifier(const ModelConfig& config);
  void check(const TokenBatch& batch) const;
  /// Block k as the workspace's options say, with its trace kept there.
  void forward_block(std::size_t k, Cut cut, const Sequences& sequences, ConstMatrixView<T> input,
                     Workspace<T>& workspace, MatrixView<T> output) const;
  void backward_block(std::size_t k, Cut cut, const Sequences& sequences,
                      ConstMatrixView<T> d_output, Workspace<T>& workspace,
                      MatrixView<T> d_input) const;
  /// Whether the last block gives the first row of each sequence only.
  bool ends_first(Cut cut, const ChainOptions& options) const {
    return first_block(cut) < config_.blocks &&
           use_of_block(config_, cut, options, config_.blocks - 1).first;
  }
  const Block<T>& block(std::size_t k) const {
    return blocks_[static_cast<std::size_t>(config_.distinct_block(static_cast<Index>(k)))];
  }
  std::size_t block_count() const { return static_cast<std::size_t>(config_.blocks); }
  /// Embeddings, forwards and backwards.
  void embed(const TokenBatch& batch, ConstMatrixView<T> vectors, Workspace<T>& workspace,
             MatrixView<T> output) const;
  void embed_backward(const TokenBatch& batch, ConstMatrixView<T> d_output, Workspace<T>& workspace,
                      MatrixView<T> d_vectors) const;
  /// visitor(role, name in the checkpoint, values) for every parameter.
  template <class V>
  void visit(V&& visitor);

  ModelConfig config_;
  AnyEmbeddings<T> embeddings_;
  std::optional<Linear<T>> projection_;  // (hidden × embeddings)
  std::vector<Block<T>> blocks_;         // those that have weights of their own
  Pooling<T> pooling_;
  ClassificationHead<T> head_;
};

}  // namespace integrad
