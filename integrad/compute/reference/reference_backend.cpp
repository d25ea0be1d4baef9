#include "integrad/compute/reference/reference_backend.h"

#include <cmath>

#include "integrad/compute/reference/activations.h"
#include "integrad/compute/reference/dual.h"
#include "integrad/compute/shapes.h"

namespace integrad {

template <class T>
void ReferenceBackend<T>::linear(ConstMatrixView<T> input, ConstMatrixView<T> weight,
                                 ConstMatrixView<T> bias, MatrixView<T> output) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  for (Index r = 0; r < output.rows; ++r) {
    for (Index o = 0; o < output.columns; ++o) {
      T sum = bias.empty() ? T(0) : bias(0, o);
      for (Index i = 0; i < input.columns; ++i) sum += input(r, i) * weight(o, i);
      output(r, o) = sum;
    }
  }
}

template <class T>
void ReferenceBackend<T>::linear_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> weight,
                                         MatrixView<T> d_input, Write write) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  for (Index r = 0; r < d_input.rows; ++r) {
    T* d_row = d_input.row(r);
    if (write == Write::replace) std::fill_n(d_row, d_input.columns, T(0));
    for (Index o = 0; o < d_output.columns; ++o) {  // forward: sum += input(r, i) * weight(o, i)
      const T d = d_output(r, o);
      for (Index i = 0; i < d_input.columns; ++i) d_row[i] += d * weight(o, i);
    }
  }
}

template <class T>
void ReferenceBackend<T>::feed_forward(ConstMatrixView<T> input,
                                       const FeedForwardWeights<T>& weights, Activation activation,
                                       MatrixView<T> output, MatrixView<T> derivative) {
  between_.resize(input.rows, weights.inner.rows);
  shapes::same("activation's derivative", derivative, between_.view());
  linear(input, weights.inner, weights.inner_bias, between_);
  for (Index r = 0; r < between_.rows(); ++r) {
    for (Index c = 0; c < between_.columns(); ++c) {
      const auto f = reference::activate<T>(activation, between_(r, c));
      between_(r, c) = f.value;
      derivative(r, c) = f.derivative;
    }
  }
  linear(between_, weights.outer, weights.outer_bias, output);
}

template <class T>
void ReferenceBackend<T>::feed_forward_d_input(ConstMatrixView<T> d_output,
                                               const FeedForwardWeights<T>& weights,
                                               ConstMatrixView<T> derivative, MatrixView<T> d_input,
                                               Write write) {
  between_.resize(d_output.rows, weights.inner.rows);
  shapes::same("activation's derivative", derivative, between_.view());
  linear_d_input(d_output, weights.outer, between_, Write::replace);
  for (Index r = 0; r < between_.rows(); ++r) {
    for (Index c = 0; c < between_.columns(); ++c) between_(r, c) *= derivative(r, c);
  }
  linear_d_input(between_, weights.inner, d_input, write);
}

template <class T>
void ReferenceBackend<T>::activate(ConstMatrixView<T> input, Activation activation,
                                   MatrixView<T> output, MatrixView<T> derivative) {
  shapes::same("activated", output, input);
  shapes::same("activation's derivative", derivative, input);
  for (Index r = 0; r < input.rows; ++r) {
    for (Index c = 0; c < input.columns; ++c) {
      const auto f = reference::activate<T>(activation, input(r, c));
      output(r, c) = f.value;
      derivative(r, c) = f.derivative;
    }
  }
}

template <class T>
void ReferenceBackend<T>::multiply(ConstMatrixView<T> d_output, ConstMatrixView<T> factor,
                                   MatrixView<T> d_input) {
  shapes::same("factor", factor, d_output);
  shapes::same("product", d_input, d_output);
  for (Index r = 0; r < d_input.rows; ++r) {
    for (Index c = 0; c < d_input.columns; ++c) d_input(r, c) = d_output(r, c) * factor(r, c);
  }
}

template <class T>
void ReferenceBackend<T>::affine(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                                 ConstMatrixView<T> scale, ConstMatrixView<T> shift,
                                 MatrixView<T> output) {
  shapes::same("affine output", output, input);
  if (!residual.empty()) shapes::same("affine residual", residual, input);
  shapes::constants("affine scale", scale, input);
  shapes::constants("affine shift", shift, input);
  for (Index r = 0; r < input.rows; ++r) {
    for (Index c = 0; c < input.columns; ++c) {
      T value = residual.empty() ? input(r, c) : input(r, c) + residual(r, c);
      if (!scale.empty()) value *= scale(0, c);
      output(r, c) = shift.empty() ? value : value + shift(0, c);
    }
  }
}

template <class T>
void ReferenceBackend<T>::affine_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                         MatrixView<T> d_input) {
  shapes::same("affine d_input", d_input, d_output);
  shapes::same("affine scale", scale.rows, scale.columns, 1, d_output.columns);
  for (Index r = 0; r < d_output.rows; ++r) {
    for (Index c = 0; c < d_output.columns; ++c) d_input(r, c) = d_output(r, c) * scale(0, c);
  }
}

template <class T>
void ReferenceBackend<T>::layer_norm(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                                     ConstMatrixView<T> scale, ConstMatrixView<T> shift,
                                     double epsilon, MatrixView<T> normalized,
                                     MatrixView<T> inverse_deviation, MatrixView<T> output) {
  shapes::same("layer_norm output", output, input);
  shapes::same("layer_norm normalized", normalized, input);
  using std::sqrt;
  const T columns(static_cast<double>(input.columns));
  for (Index r = 0; r < input.rows; ++r) {
    T mean(0);
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) = residual.empty() ? input(r, c) : input(r, c) + residual(r, c);
      mean += normalized(r, c);
    }
    mean /= columns;
    T variance(0);
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) -= mean;
      variance += normalized(r, c) * normalized(r, c);
    }
    const T inverse = T(1) / sqrt(variance / columns + T(epsilon));
    inverse_deviation(r, 0) = inverse;
    for (Index c = 0; c < input.columns; ++c) {
      normalized(r, c) *= inverse;
      output(r, c) = normalized(r, c) * scale(0, c) + shift(0, c);
    }
  }
}

template <class T>
void ReferenceBackend<T>::layer_norm_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                             ConstMatrixView<T> normalized,
                                             ConstMatrixView<T> inverse_deviation,
                                             MatrixView<T> d_input) {
  shapes::same("layer_norm d_input", d_input, d_output);
  shapes::same("layer_norm normalized", normalized, d_output);
  const T columns(static_cast<double>(d_output.columns));
  for (Index r = 0; r < d_output.rows; ++r) {
    T mean(0), along(0);
    for (Index c = 0; c < d_output.columns; ++c) {
      const T g = d_output(r, c) * scale(0, c);
      mean += g;
      along += g * normalized(r, c);
    }
    mean /= columns;
    along /= columns;
    for (Index c = 0; c < d_output.columns; ++c) {
      const T g = d_output(r, c) * scale(0, c);
      d_input(r, c) = (g - mean - normalized(r, c) * along) * inverse_deviation(r, 0);
    }
  }
}

template class ReferenceBackend<float>;
template class ReferenceBackend<double>;
template class ReferenceBackend<Dual>;

}  // namespace integrad
