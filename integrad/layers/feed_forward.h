// Two linear maps with an activation between them, row by row.
#pragma once

#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct FeedForward {
  Linear<T> inner;   // (inner × hidden)
  Linear<T> output;  // (hidden × inner)
  Activation activation = Activation::gelu;

  struct Trace {
    Matrix<T> derivative;  // (rows × inner): f'(z), all that the backward reads
  };

  FeedForward() = default;
  FeedForward(Index hidden, Index inner_size, Activation activation_)
      : inner(hidden, inner_size), output(inner_size, hidden), activation(activation_) {}

  void forward(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> result,
               Trace& trace) const {
    trace.derivative.resize(input.rows, inner.weight.rows());
    backend.feed_forward(input, weights(), activation, result, trace.derivative);
  }
  /// Adds to or replaces d_input; adding, it may be d_result.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_result,
                MatrixView<T> d_input, Write write) const {
    backend.feed_forward_d_input(d_result, weights(), trace.derivative, d_input, write);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    inner.visit(name + ".inner", visitor);
    output.visit(name + ".output", visitor);
  }

 private:
  FeedForwardWeights<T> weights() const {
    return {inner.weight, inner.bias, output.weight, output.bias};
  }
};

}  // namespace integrad
