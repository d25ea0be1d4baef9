// A classifier right of a cut as a differentiable function: hidden states -> logits.
#pragma once

#include <span>

#include "integrad/attribution/path.h"
#include "integrad/models/classifier.h"

namespace integrad {

/// Points of path p are token sequences of batches[p]: they take its positions and token types.
/// With options.lifted the points are lifted rows (Classifier::lift).
template <class T>
class ClassifierFunction final : public Differentiable<T> {
 public:
  ClassifierFunction(const Classifier<T>& classifier, Cut cut, std::span<const TokenBatch> batches,
                     Workspace<T>& workspace, const ChainOptions& options = {})
      : classifier_(classifier),
        cut_(cut),
        batches_(batches),
        workspace_(workspace),
        options_(options) {}

  Index outputs() const override { return classifier_.config().classes(); }

  void forward(const Sequences&, std::span<const Index> paths, ConstMatrixView<T> values,
               MatrixView<double> outputs) override {
    batch_.clear();
    for (const Index p : paths) batch_.append(batches_[static_cast<std::size_t>(p)]);
    classifier_.forward_from(cut_, values, batch_, workspace_, summary_, options_);
    logits_.resize(outputs.rows, outputs.columns);
    classifier_.head().forward(*workspace_.backend, summary_, logits_, workspace_.head);
    for (Index p = 0; p < outputs.rows; ++p) {
      std::copy_n(logits_.row(p), outputs.columns, outputs.row(p));
    }
  }

  void backward(ConstMatrixView<double> d_outputs, MatrixView<T> d_values) override {
    logits_.resize(d_outputs.rows, d_outputs.columns);
    for (Index p = 0; p < d_outputs.rows; ++p) {
      std::transform(d_outputs.row(p), d_outputs.row(p) + d_outputs.columns, logits_.row(p),
                     [](double d) { return static_cast<T>(d); });
    }
    d_summary_.resize(d_outputs.rows, classifier_.config().hidden_size);
    classifier_.head().backward(*workspace_.backend, workspace_.head, logits_, d_summary_);
    classifier_.backward_to(cut_, d_summary_, batch_, workspace_, d_values);
  }

 private:
  const Classifier<T>& classifier_;
  Cut cut_;
  std::span<const TokenBatch> batches_;
  Workspace<T>& workspace_;
  ChainOptions options_;
  TokenBatch batch_;
  Matrix<T> summary_, d_summary_;  // (points × hidden)
  Matrix<T> logits_;               // (points × classes), also their derivative
};

}  // namespace integrad
