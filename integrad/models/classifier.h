// A transformer text classifier as a chain that can be entered and left at every layer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/checkpoint/weight_files.h"
#include "integrad/models/model_config.h"
#include "integrad/models/token_batch.h"
#include "integrad/models/workspace.h"

namespace integrad {

/// A place in the chain where hidden states (tokens × hidden) cross: the output of the word table,
/// of the embeddings block, or of encoder block K (Cut::block + K).
enum class Cut : int { word_embeddings = 0, embeddings = 1, block = 2 };

/// Output of encoder block `k`.
inline Cut block_output(Index k) { return static_cast<Cut>(static_cast<Index>(Cut::block) + k); }

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
  /// positions and type_ids of the batch are read. Keeps in the workspace what backward_to needs.
  void forward_from(Cut cut, ConstMatrixView<T> activation, const TokenBatch& batch,
                    Workspace<T>& workspace, Matrix<T>& summary) const;
  /// Derivative with respect to what crosses the cut (rows × hidden), of the last forward_from with
  /// the same cut and batch; any number of times.
  void backward_to(Cut cut, ConstMatrixView<T> d_summary, const TokenBatch& batch,
                   Workspace<T>& workspace, MatrixView<T> d_activation) const;

  /// Bytes that forward_from and backward_to keep for one row when the path starts at the cut.
  Index bytes_per_row(Cut cut) const;

 private:
  explicit Classifier(const ModelConfig& config);
  void check(const TokenBatch& batch) const;
  /// visitor(role, name in the checkpoint, values) for every parameter.
  template <class V>
  void visit(V&& visitor);

  ModelConfig config_;
  Embeddings<T> embeddings_;
  std::vector<EncoderBlock<T>> blocks_;
  ClassificationHead<T> head_;
};

}  // namespace integrad
