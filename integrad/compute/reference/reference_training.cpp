// Derivatives with respect to weights, and dropout.
#include <vector>

#include "integrad/compute/reference/dual.h"
#include "integrad/compute/reference/reference_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

template <class T>
void ReferenceBackend<T>::linear_d_weight(ConstMatrixView<T> d_output, ConstMatrixView<T> input,
                                          MatrixView<T> d_weight, MatrixView<T> d_bias) {
  shapes::linear(input.rows, input.columns, d_weight.rows, d_weight.columns, d_bias.rows,
                 d_bias.columns, d_output.rows, d_output.columns);
  for (Index r = 0; r < input.rows; ++r) {
    for (Index o = 0; o < d_output.columns; ++o) {
      const T d = d_output(r, o);
      if (!d_bias.empty()) d_bias(0, o) += d;
      for (Index i = 0; i < input.columns; ++i) d_weight(o, i) += d * input(r, i);
    }
  }
}

template <class T>
void ReferenceBackend<T>::layer_norm_d_parameters(ConstMatrixView<T> d_output,
                                                  ConstMatrixView<T> normalized,
                                                  MatrixView<T> d_scale, MatrixView<T> d_shift) {
  shapes::same("normalized", normalized, d_output);
  shapes::same("d_scale", d_scale.rows, d_scale.columns, 1, d_output.columns);
  shapes::same("d_shift", d_shift.rows, d_shift.columns, 1, d_output.columns);
  for (Index r = 0; r < d_output.rows; ++r) {
    for (Index c = 0; c < d_output.columns; ++c) {
      d_scale(0, c) += d_output(r, c) * normalized(r, c);
      d_shift(0, c) += d_output(r, c);
    }
  }
}

template <class T>
void ReferenceBackend<T>::drop_out(const Dropout& dropout, ConstMatrixView<T> input,
                                   MatrixView<T> output) {
  shapes::same("dropout output", output, input);
  std::vector<float> factors(static_cast<std::size_t>(input.columns), 1.0f);
  for (Index r = 0; r < input.rows; ++r) {
    if (dropout.active()) {
      dropout_factors(dropout, static_cast<std::uint64_t>(r * input.columns), input.columns,
                      factors.data());
    }
    for (Index c = 0; c < input.columns; ++c) {
      output(r, c) = input(r, c) * T(factors[static_cast<std::size_t>(c)]);
    }
  }
}

template void ReferenceBackend<float>::linear_d_weight(ConstMatrixView<float>,
                                                       ConstMatrixView<float>, MatrixView<float>,
                                                       MatrixView<float>);
template void ReferenceBackend<double>::linear_d_weight(ConstMatrixView<double>,
                                                        ConstMatrixView<double>, MatrixView<double>,
                                                        MatrixView<double>);
template void ReferenceBackend<Dual>::linear_d_weight(ConstMatrixView<Dual>, ConstMatrixView<Dual>,
                                                      MatrixView<Dual>, MatrixView<Dual>);
template void ReferenceBackend<float>::layer_norm_d_parameters(ConstMatrixView<float>,
                                                               ConstMatrixView<float>,
                                                               MatrixView<float>,
                                                               MatrixView<float>);
template void ReferenceBackend<double>::layer_norm_d_parameters(ConstMatrixView<double>,
                                                                ConstMatrixView<double>,
                                                                MatrixView<double>,
                                                                MatrixView<double>);
template void ReferenceBackend<Dual>::layer_norm_d_parameters(ConstMatrixView<Dual>,
                                                              ConstMatrixView<Dual>,
                                                              MatrixView<Dual>, MatrixView<Dual>);
template void ReferenceBackend<float>::drop_out(const Dropout&, ConstMatrixView<float>,
                                                MatrixView<float>);
template void ReferenceBackend<double>::drop_out(const Dropout&, ConstMatrixView<double>,
                                                 MatrixView<double>);
template void ReferenceBackend<Dual>::drop_out(const Dropout&, ConstMatrixView<Dual>,
                                               MatrixView<Dual>);

}  // namespace integrad
