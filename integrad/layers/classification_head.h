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
    Matrix<T> activated;   // (sequences × hidden), scratch
  };

  ClassificationHead() = default;
  ClassificationHead(Index hidden, Index classes, Activation activation_)
      : dense(hidden, hidden), classifier(hidden, classes), activation(activation_) {}

  /// summary (sequences × hidden) -> logits (sequences × classes).
  void forward(Backend<T>& backend, ConstMatrixView<T> summary, MatrixView<T> logits,
               Trace& trace) const {
    trace.derivative.resize(summary.rows, summary.columns);
    trace.activated.resize(summary.rows, summary.columns);
    dense.forward_activated(backend, summary, activation, trace.activated, trace.derivative);
    classifier.forward(backend, trace.activated, logits);
  }
  /// The trace's scratch is overwritten, its derivative kept: several backwards a forward.
  void backward(Backend<T>& backend, Trace& trace, ConstMatrixView<T> d_logits,
                MatrixView<T> d_summary) const {
    classifier.backward_activated(backend, d_logits, trace.derivative, trace.activated);
    dense.backward(backend, trace.activated, d_summary);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    dense.visit(name + ".dense", visitor);
    classifier.visit(name + ".classifier", visitor);
  }
};

}  // namespace integrad
