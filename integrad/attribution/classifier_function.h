// A classifier right of a cut as a differentiable function: hidden states -> logits.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "integrad/attribution/path.h"
#include "integrad/attribution/sequence_chunks.h"
#include "integrad/attribution/windows.h"
#include "integrad/models/classifier.h"

namespace integrad {

/// What a ClassifierFunction gives: what the classifier says, or what its head reads.
enum class Reads { logits, summaries };

/// Points of path p are the token sequences of batches[p]: they take its positions and token types.
/// A point of several sequences is a document in windows; its outputs are the mean of their logits.
/// With options.lifted the points are lifted rows (Classifier::lift).
template <class T>
class ClassifierFunction final : public Differentiable<T> {
 public:
  /// At most `rows` hidden states run through the network at once, but at least one sequence. Where
  /// the points of a call have more, a chunk's forward is run again before its backward, and
  /// `observe` (Classifier::backward_to) sees one chunk after another.
  ClassifierFunction(const Classifier<T>& classifier, Cut cut, std::span<const TokenBatch> batches,
                     Workspace<T>& workspace, const ChainOptions& options = {},
                     Index rows = std::numeric_limits<Index>::max(), ObserveBlock<T> observe = {},
                     Reads reads = Reads::logits)
      : classifier_(classifier),
        cut_(cut),
        batches_(batches),
        workspace_(workspace),
        options_(options),
        rows_(rows),
        observe_(std::move(observe)),
        reads_(reads) {}

  Index outputs() const override {
    const ModelConfig& config = classifier_.config();
    return reads_ == Reads::logits ? config.classes() : config.hidden_size;
  }

  void forward(const Sequences&, std::span<const Index> paths, ConstMatrixView<T> values,
               MatrixView<double> outputs) override {
    batch_.clear();
    first_sequence_.assign(1, 0);
    for (const Index p : paths) {
      batch_.append(batches_[static_cast<std::size_t>(p)]);
      first_sequence_.push_back(batch_.sequences.count());
    }
    values_ = values;
    split_sequences(batch_.sequences, rows_, chunks_);
    logits_.resize(batch_.sequences.count(), outputs.columns);
    for (Index c = 0; c < chunk_count(); ++c) forward_chunk(c);
    for (Index p = 0; p < outputs.rows; ++p) {
      mean_logits<T>(logits_.view().row_range(first_sequence(p), sequences_of(p)),
                     {outputs.row(p), static_cast<std::size_t>(outputs.columns)});
    }
  }

  void backward(ConstMatrixView<double> d_outputs, MatrixView<T> d_values) override {
    d_logits_.resize(batch_.sequences.count(), d_outputs.columns);
    for (Index p = 0; p < d_outputs.rows; ++p) {
      const auto count = static_cast<double>(sequences_of(p));
      for (Index s = first_sequence(p); s < first_sequence(p + 1); ++s) {
        std::transform(d_outputs.row(p), d_outputs.row(p) + d_outputs.columns, d_logits_.row(s),
                       [count](double d) { return static_cast<T>(d / count); });
      }
    }
    for (Index c = chunk_count(); c-- > 0;) backward_chunk(c, d_values);  // the last is still there
  }

 private:
  Index first_sequence(Index point) const {
    return first_sequence_[static_cast<std::size_t>(point)];
  }
  Index sequences_of(Index point) const {
    return first_sequence(point + 1) - first_sequence(point);
  }
  Index chunk_count() const { return static_cast<Index>(chunks_.size()) - 1; }

  /// Sequences and rows of a chunk.
  struct Chunk {
    Index first, count, start, rows;
  };
  Chunk chunk(Index c) const {
    const auto index = static_cast<std::size_t>(c);
    const Index first = chunks_[index], last = chunks_[index + 1];
    const Index start = batch_.sequences.start(first);
    return {first, last - first, start, batch_.sequences.start(last) - start};
  }
  /// The tokens of the chunk that was forwarded last.
  const TokenBatch& tokens() const { return chunk_count() == 1 ? batch_ : part_; }

  void forward_chunk(Index c) {
    const Chunk range = chunk(c);
    if (chunk_count() > 1) {
      part_.clear();
      append_sequences(batch_, range.first, range.first + range.count, part_);
    }
    classifier_.forward_from(cut_, values_.row_range(range.start, range.rows), tokens(), workspace_,
                             summary_, options_);
    forwarded_ = c;
    const MatrixView<T> logits = logits_.view().row_range(range.first, range.count);
    if (reads_ == Reads::logits) {
      classifier_.head().forward(*workspace_.backend, summary_, logits, workspace_.head);
    } else {
      for (Index s = 0; s < range.count; ++s) {
        std::copy_n(summary_.row(s), logits.columns, logits.row(s));
      }
    }
  }

  void backward_chunk(Index c, MatrixView<T> d_values) {
    if (forwarded_ != c) forward_chunk(c);
    const Chunk range = chunk(c);
    MatrixView<T> d_summary = d_logits_.view().row_range(range.first, range.count);
    if (reads_ == Reads::logits) {
      d_summary_.resize(range.count, classifier_.config().hidden_size);
      classifier_.head().backward(*workspace_.backend, workspace_.head, d_summary, d_summary_);
      d_summary = d_summary_;
    }
    classifier_.backward_to(cut_, d_summary, tokens(), workspace_,
                            d_values.row_range(range.start, range.rows), observe_);
  }

  const Classifier<T>& classifier_;
  Cut cut_;
  std::span<const TokenBatch> batches_;
  Workspace<T>& workspace_;
  ChainOptions options_;
  Index rows_;
  ObserveBlock<T> observe_;  // sees the blocks of every backward
  Reads reads_;
  ConstMatrixView<T> values_;          // of the last forward; the caller keeps them
  TokenBatch batch_, part_;            // of all points, of the chunk at hand
  std::vector<Index> first_sequence_;  // of each point, and the end
  std::vector<Index> chunks_;          // first sequence of each chunk, and the end
  Index forwarded_ = 0;                // chunk whose traces the workspace holds
  Matrix<T> summary_, d_summary_;      // (sequences of a chunk × hidden)
  Matrix<T> logits_, d_logits_;        // (sequences × outputs)
};

}  // namespace integrad
