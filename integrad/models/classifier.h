// A transformer text classifier as a chain that can be entered and left at every layer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/checkpoint/weight_files.h"
#include "integrad/models/chain_memory.h"
#include "integrad/models/cut.h"
#include "integrad/models/model_config.h"
#include "integrad/models/token_batch.h"
#include "integrad/models/workspace.h"

namespace integrad {

/// Immutable after load and shareable between threads, each with its own Workspace.
/// Instantiated for float and double.
template <class T>
class Classifier {
 public:
  /// Reads every tensor that the chain needs, once. Throws CheckpointError naming a tensor that is
  /// missing or has another shape, or that the checkpoint has no classification head.
  static Classifier load(const ModelConfig& config, const WeightFiles& weights);

  const ModelConfig& config() const { return config_; }
  const ClassificationHead<T>& head() const { return head_; }
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
  /// forward_from with the same cut and batch; any number of times.
  void backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                   Workspace<T>& workspace, MatrixView<T> d_activation) const;

  /// Whether an encoder block reads what crosses the cut directly. Its queries, keys and values
  /// are then affine in it, so that a straight path is one of lifted rows [x | q, k, v of x], too:
  /// only its ends are projected, and no point multiplies by the projections' weights.
  bool can_lift(Cut cut) const {
    return cut != Cut::word_embeddings && first_block(cut) < config_.blocks;
  }
  /// (rows × hidden) -> lifted (rows × 4·hidden).
  void lift(Cut cut, ConstMatrixView<T> activation, Workspace<T>& workspace,
            MatrixView<T> lifted) const;
  /// Derivative with respect to lifted rows -> with respect to the rows. Linear, so that it may be
  /// taken once of a sum over many points.
  void lift_backward(Cut cut, ConstMatrixView<T> d_lifted, Workspace<T>& workspace,
                     MatrixView<T> d_activation) const;

 private:
  explicit Classifier(const ModelConfig& config);
  void check(const TokenBatch& batch) const;
  /// Block k as the workspace's options say, with its trace kept there.
  void forward_block(std::size_t k, Cut cut, const Sequences& sequences, ConstMatrixView<T> input,
                     Workspace<T>& workspace, MatrixView<T> output) const;
  void backward_block(std::size_t k, Cut cut, const Sequences& sequences,
                      ConstMatrixView<T> d_output, Workspace<T>& workspace,
                      MatrixView<T> d_input) const;
  bool only_first(std::size_t k, const ChainOptions& options) const {
    return options.only_first_rows && k + 1 == blocks_.size();
  }
  /// visitor(role, name in the checkpoint, values) for every parameter.
  template <class V>
  void visit(V&& visitor);

  ModelConfig config_;
  Embeddings<T> embeddings_;
  std::vector<EncoderBlock<T>> blocks_;
  ClassificationHead<T> head_;
};

}  // namespace integrad
