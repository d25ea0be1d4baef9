// MobileBERT's norms (Sun et al. 2020, arXiv 2004.02984): of a residual sum, either an element-wise
// scale and shift ("NoNorm") or a layer norm.
#pragma once

#include <string>

#include "integrad/layers/layer_norm.h"

namespace integrad {

template <class T>
struct MobileNorm {
  LayerNorm<T> norm;
  bool normalizes = false;  // false: no mean, no deviation

  using Trace = typename LayerNorm<T>::Trace;  // empty where nothing is normalised

  MobileNorm() = default;
  MobileNorm(Index columns, bool normalizes_, double epsilon)
      : norm(columns, epsilon), normalizes(normalizes_) {}

  /// Numbers of the Trace, of every row.
  static Index memory(Index columns, bool normalizes) { return normalizes ? columns + 1 : 0; }

  /// output = norm(input + residual); residual may be empty, output either of them.
  void forward(Backend<T>& backend, ConstMatrixView<T> input, ConstMatrixView<T> residual,
               MatrixView<T> output, Trace& trace) const {
    if (normalizes) return norm.forward(backend, input, residual, output, trace);
    backend.affine(input, residual, norm.scale, norm.shift, output);
  }
  /// The derivative with respect to the sum. d_input may be d_output.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                MatrixView<T> d_input) const {
    if (normalizes) return norm.backward(backend, trace, d_output, d_input);
    backend.affine_d_input(d_output, norm.scale, d_input);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    norm.visit(name, visitor);
  }
};

}  // namespace integrad
