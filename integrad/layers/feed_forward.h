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
  struct Scratch {
    Matrix<T> activated;  // (rows × inner), also d_z
  };

  FeedForward() = default;
  FeedForward(Index hidden, Index inner_size, Activation activation_)
      : inner(hidden, inner_size), output(inner_size, hidden), activation(activation_) {}

  void forward(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> result, Trace& trace,
               Scratch& scratch) const {
    trace.derivative.resize(input.rows, inner.weight.rows());
    scratch.activated.resize(input.rows, inner.weight.rows());
    inner.forward_activated(backend, input, activation, scratch.activated, trace.derivative);
    output.forward(backend, scratch.activated, result);
  }
  /// Adds to or replaces d_input, which may be d_result.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_result,
                MatrixView<T> d_input, Write write, Scratch& scratch) const {
    scratch.activated.resize(d_result.rows, inner.weight.rows());
    output.backward_activated(backend, d_result, trace.derivative, scratch.activated);
    inner.backward(backend, scratch.activated, d_input, write);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    inner.visit(name + ".inner", visitor);
    output.visit(name + ".output", visitor);
  }
};

}  // namespace integrad
