// y = x·Wᵀ + b, or without b.
#pragma once

#include <string>

#include "integrad/compute/backend.h"

namespace integrad {

template <class T>
struct Linear {
  Matrix<T> weight;  // (out × in)
  Matrix<T> bias;    // (1 × out), or empty

  Linear() = default;
  Linear(Index inputs, Index outputs, bool biased = true)
      : weight(outputs, inputs), bias(biased ? 1 : 0, outputs) {}

  void forward(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> output) const {
    backend.linear(input, weight, bias, output);
  }
  /// d_input (replaced or added to) = d_output·W.
  void backward(Backend<T>& backend, ConstMatrixView<T> d_output, MatrixView<T> d_input,
                Write write = Write::replace) const {
    backend.linear_d_input(d_output, weight, d_input, write);
  }
  /// Adds the derivatives with respect to weight and bias to `gradient`.
  void accumulate(Backend<T>& backend, ConstMatrixView<T> input, ConstMatrixView<T> d_output,
                  Linear& gradient) const {
    backend.linear_d_weight(d_output, input, gradient.weight, gradient.bias);
  }
  /// visitor(name, MatrixView<T>) for every parameter; a vector is a matrix of one row.
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    visitor(name + ".weight", weight.view());
    if (!bias.view().empty()) visitor(name + ".bias", bias.view());
  }
};

}  // namespace integrad
