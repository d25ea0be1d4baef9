// Layer normalisation of a residual sum (Ba et al. 2016, arXiv 1607.06450), biased variance.
#pragma once

#include <string>

#include "integrad/compute/backend.h"

namespace integrad {

template <class T>
struct LayerNorm {
  Matrix<T> scale;  // (1 × hidden)
  Matrix<T> shift;  // (1 × hidden); zeros where the family has none
  double epsilon = 1e-12;
  bool shifted = true;

  /// What the derivative reads.
  struct Trace {
    Matrix<T> normalized;         // (rows × hidden)
    Matrix<T> inverse_deviation;  // (rows × 1)
  };

  LayerNorm() = default;
  LayerNorm(Index hidden, double epsilon_, bool shifted_ = true)
      : scale(1, hidden), shift(1, hidden), epsilon(epsilon_), shifted(shifted_) {}

  /// output = normalised(input + residual) ∘ scale + shift; residual may be empty.
  void forward(Backend<T>& backend, ConstMatrixView<T> input, ConstMatrixView<T> residual,
               MatrixView<T> output, Trace& trace) const {
    trace.normalized.resize(input.rows, input.columns);
    trace.inverse_deviation.resize(input.rows, 1);
    backend.layer_norm(input, residual, scale, shift, epsilon, trace.normalized,
                       trace.inverse_deviation, output);
  }
  /// d_input: the derivative with respect to the sum, so to input and residual alike.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                MatrixView<T> d_input) const {
    backend.layer_norm_d_input(d_output, scale, trace.normalized, trace.inverse_deviation, d_input);
  }
  /// Adds the derivatives with respect to scale and shift to `gradient`.
  void accumulate(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                  LayerNorm& gradient) const {
    backend.layer_norm_d_parameters(d_output, trace.normalized, gradient.scale, gradient.shift);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    visitor(name + ".weight", scale.view());
    if (shifted) visitor(name + ".bias", shift.view());
  }
};

}  // namespace integrad
