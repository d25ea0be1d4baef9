// From a sequence's summary (the [CLS] row) to logits: classifier(norm(f(dense(summary)))).
#pragma once

#include <string>

#include "integrad/layers/layer_norm.h"
#include "integrad/layers/linear.h"

namespace integrad {

struct HeadOptions {
  Activation activation = Activation::tanh;
  bool dense = true;  // false: the classifier reads the summary
  bool dense_bias = true;
  bool norm = false;  // ModernBERT: a layer norm behind the activation
  bool norm_bias = true;
  double epsilon = 1e-12;
};

/// BERT, ALBERT: f = tanh (pooler); RoBERTa, MPNet: f = tanh; ELECTRA, DeBERTa: f = gelu;
/// DistilBERT: f = ReLU (pre_classifier); ModernBERT: with a norm; MobileBERT: without a dense
/// layer where its pooler has no activation.
template <class T>
struct ClassificationHead {
  HeadOptions options;
  Linear<T> dense;       // (hidden × hidden)
  LayerNorm<T> norm;     // of `hidden` columns
  Linear<T> classifier;  // (classes × hidden)

  struct Trace {
    Matrix<T> derivative;  // (sequences × hidden)
    Matrix<T> between;     // with a norm: (sequences × hidden), also its derivative
    typename LayerNorm<T>::Trace norm;
  };

  ClassificationHead() = default;
  ClassificationHead(Index hidden, Index classes, const HeadOptions& options_)
      : options(options_),
        dense(options.dense ? hidden : 0, options.dense ? hidden : 0, options.dense_bias),
        norm(options.norm ? hidden : 0, options.epsilon, options.norm_bias),
        classifier(hidden, classes) {}
  ClassificationHead(Index hidden, Index classes, Activation activation)
      : ClassificationHead(hidden, classes, HeadOptions{.activation = activation}) {}

  /// summary (sequences × hidden) -> logits (sequences × classes).
  void forward(Backend<T>& backend, ConstMatrixView<T> summary, MatrixView<T> logits,
               Trace& trace) const {
    if (!options.dense) return classifier.forward(backend, summary, logits);
    trace.derivative.resize(summary.rows, summary.columns);
    if (!options.norm) {
      return backend.feed_forward(summary, weights(), options.activation, logits, trace.derivative);
    }
    trace.between.resize(summary.rows, summary.columns);
    dense.forward(backend, summary, trace.between);
    backend.activate(trace.between, options.activation, trace.between, trace.derivative);
    norm.forward(backend, trace.between, {}, trace.between, trace.norm);
    classifier.forward(backend, trace.between, logits);
  }
  void backward(Backend<T>& backend, Trace& trace, ConstMatrixView<T> d_logits,
                MatrixView<T> d_summary) const {
    if (!options.dense) return classifier.backward(backend, d_logits, d_summary);
    if (!options.norm) {
      return backend.feed_forward_d_input(d_logits, weights(), trace.derivative, d_summary,
                                          Write::replace);
    }
    trace.between.resize(d_summary.rows, d_summary.columns);
    classifier.backward(backend, d_logits, trace.between);
    norm.backward(backend, trace.norm, trace.between, trace.between);
    backend.multiply(trace.between, trace.derivative, trace.between);
    dense.backward(backend, trace.between, d_summary);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    if (options.dense) dense.visit(name + ".dense", visitor);
    if (options.norm) norm.visit(name + ".norm", visitor);
    classifier.visit(name + ".classifier", visitor);
  }

 private:
  FeedForwardWeights<T> weights() const {
    return {dense.weight, dense.bias, classifier.weight, classifier.bias};
  }
};

}  // namespace integrad
