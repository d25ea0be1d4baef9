// The adjoint test: a backward is right when ⟨J v, w⟩ = ⟨v, Jᵀ w⟩ for random v, w. J v comes from
// running the forward on dual numbers, Jᵀ w from the hand-written backward in double.
#pragma once

#include <functional>

#include "integrad/compute/reference/dual.h"
#include "tests/support/random_matrix.h"

namespace integrad::testing {

/// |⟨J v, w⟩ − ⟨v, Jᵀ w⟩| relative to the larger of both.
inline double adjoint_gap(
    const Matrix<double>& input, Index output_rows, Index output_columns,
    const std::function<void(ConstMatrixView<Dual> input, MatrixView<Dual> output)>& forward,
    const std::function<void(ConstMatrixView<double> d_output, MatrixView<double> d_input)>&
        backward) {
  const Matrix<double> v = random_matrix<double>(input.rows(), input.columns(), 71);
  const Matrix<double> w = random_matrix<double>(output_rows, output_columns, 72);
  Matrix<Dual> dual_input(input.rows(), input.columns());
  for (Index i = 0; i < input.rows() * input.columns(); ++i) {
    dual_input.data()[i] = Dual(input.data()[i], v.data()[i]);
  }
  Matrix<Dual> dual_output(output_rows, output_columns);
  forward(dual_input, dual_output);
  Matrix<double> d_input(input.rows(), input.columns());
  backward(w, d_input);
  double forward_side = 0;
  for (Index i = 0; i < output_rows * output_columns; ++i) {
    forward_side += dual_output.data()[i].tangent * w.data()[i];
  }
  const double backward_side = inner_product(v, d_input);
  return std::abs(forward_side - backward_side) /
         std::max({std::abs(forward_side), std::abs(backward_side), 1e-300});
}

}  // namespace integrad::testing
