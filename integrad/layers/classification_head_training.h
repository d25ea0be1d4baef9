// The head as training runs it: dropout in front of its layers, derivatives of its weights.
#pragma once

#include "integrad/layers/classification_head.h"

namespace integrad {

/// A gradient is a head of the same sizes whose numbers are derivatives, which are added to. For
/// heads with a dense layer and without a norm.
template <class T>
struct ClassificationHeadTraining {
  const ClassificationHead<T>& head;
  Dropout input = {};   // of the summary
  Dropout output = {};  // in front of the classifier

  struct Trace {
    Matrix<T> summary;     // (sequences × hidden), what the dense layer read
    Matrix<T> between;     // (sequences × hidden), what the classifier read
    Matrix<T> derivative;  // (sequences × hidden): f'
    Matrix<T> d_between;
  };

  /// summary (sequences × hidden) -> logits (sequences × classes).
  void forward(Backend<T>& backend, ConstMatrixView<T> summary, MatrixView<T> logits,
               Trace& trace) const {
    for (Matrix<T>* matrix : {&trace.summary, &trace.between, &trace.derivative}) {
      matrix->resize(summary.rows, summary.columns);
    }
    backend.drop_out(input, summary, trace.summary);
    head.dense.forward(backend, trace.summary, trace.between);
    backend.activate(trace.between, head.options.activation, trace.between, trace.derivative);
    backend.drop_out(output, trace.between, trace.between);
    head.classifier.forward(backend, trace.between, logits);
  }
  void backward(Backend<T>& backend, Trace& trace, ConstMatrixView<T> d_logits,
                MatrixView<T> d_summary, ClassificationHead<T>& gradient) const {
    trace.d_between.resize(d_summary.rows, d_summary.columns);
    const MatrixView<T> d_between = trace.d_between;
    head.classifier.accumulate(backend, trace.between, d_logits, gradient.classifier);
    head.classifier.backward(backend, d_logits, d_between);
    backend.drop_out(output, d_between, d_between);
    backend.multiply(d_between, trace.derivative, d_between);
    head.dense.accumulate(backend, trace.summary, d_between, gradient.dense);
    head.dense.backward(backend, d_between, d_summary);
    backend.drop_out(input, d_summary, d_summary);
  }
};

}  // namespace integrad
