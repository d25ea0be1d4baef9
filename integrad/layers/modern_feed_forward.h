// A feed-forward whose inner values are gated (GeGLU: Shazeer 2020, arXiv 2002.05202), row by row.
#pragma once

#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct ModernFeedForward {
  Linear<T> inner;   // (2·inner × hidden): values to activate, then their gates
  Linear<T> output;  // (hidden × inner)
  Activation activation = Activation::gelu;

  struct Trace {
    Matrix<T> slopes;  // (rows × 2·inner): all that the backward reads
  };

  ModernFeedForward() = default;
  ModernFeedForward(Index hidden, Index inner_size, Activation activation_, bool biased)
      : inner(hidden, 2 * inner_size, biased),
        output(inner_size, hidden, biased),
        activation(activation_) {}

  void forward(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> result,
               Trace& trace) const {
    trace.slopes.resize(input.rows, inner.weight.rows());
    backend.gated_feed_forward(input, weights(), activation, result, trace.slopes);
  }
  /// d_input is replaced.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_result,
                MatrixView<T> d_input) const {
    backend.gated_feed_forward_d_input(d_result, weights(), trace.slopes, d_input);
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
