// From a sequence's summary (the [CLS] row) to logits: classifier(f(dense(summary))).
#pragma once

#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

/// BERT: f = tanh (pooler); DistilBERT: f = ReLU (pre_classifier).
template <class T>
struct ClassificationHead {
  Linear<T> dense;       // (hidden × hidden)
  Linear<T> classifier;  // (classes × hidden)
  Activation activation = Activation::tanh;

  struct Trace {
    Matrix<T> derivative;  // (sequences × hidden)
  };

  ClassificationHead() = default;
  ClassificationHead(Index hidden, Index classes, Activation activation_)
      : dense(hidden, hidden), classifier(hidden, classes), activation(activation_) {}

  /// summary (sequences × hidden) -> logits (sequences × classes).
  void forward(Backend<T>& backend, ConstMatrixView<T> summary, MatrixView<T> logits,
               Trace& trace) const {
    trace.derivative.resize(summary.rows, summary.columns);
    backend.feed_forward(summary, weights(), activation, logits, trace.derivative);
  }
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_logits,
                MatrixView<T> d_summary) const {
    backend.feed_forward_d_input(d_logits, weights(), trace.derivative, d_summary, Write::replace);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    dense.visit(name + ".dense", visitor);
    classifier.visit(name + ".classifier", visitor);
  }

 private:
  FeedForwardWeights<T> weights() const {
    return {dense.weight, dense.bias, classifier.weight, classifier.bias};
  }
};

}  // namespace integrad
