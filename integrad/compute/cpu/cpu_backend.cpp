#include "integrad/compute/cpu/cpu_backend.h"

#include <omp.h>

#include "integrad/compute/shapes.h"

namespace integrad {

using cpu::Finish;

CpuBackend::CpuBackend(int threads, Precision precision)
    : threads_(threads > 0 ? threads : omp_get_max_threads()),
      kernels_(cpu::row_kernels()),
      products_(precision, threads_),
      scratch_(static_cast<std::size_t>(threads_)) {}

void CpuBackend::linear(ConstMatrixView<float> input, ConstMatrixView<float> weight,
                        ConstMatrixView<float> bias, MatrixView<float> output) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  products_.multiply(input, {weight, true}, output, {bias.data, 0}, {});
}

void CpuBackend::linear_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> weight,
                                MatrixView<float> d_input, Write write) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  cpu::Start start;
  if (write == Write::add) start = {d_input.data, d_input.stride};
  products_.multiply(d_output, {weight, false}, d_input, start, {});
}

void CpuBackend::linear_activate(ConstMatrixView<float> input, ConstMatrixView<float> weight,
                                 ConstMatrixView<float> bias, Activation activation,
                                 MatrixView<float> output, MatrixView<float> derivative) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  shapes::same("activation's derivative", derivative, output);
  products_.multiply(input, {weight, true}, output, {bias.data, 0},
                     {Finish::Kind::activate, activation, derivative, {}});
}

void CpuBackend::linear_d_input_activate(ConstMatrixView<float> d_output,
                                         ConstMatrixView<float> weight,
                                         ConstMatrixView<float> derivative,
                                         MatrixView<float> d_input) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  shapes::same("activation's derivative", derivative, d_input);
  products_.multiply(d_output, {weight, false}, d_input, {},
                     {Finish::Kind::multiply, Activation::linear, {}, derivative});
}

void CpuBackend::layer_norm(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                            ConstMatrixView<float> scale, ConstMatrixView<float> shift,
                            double epsilon, MatrixView<float> normalized,
                            MatrixView<float> inverse_deviation, MatrixView<float> output) {
  shapes::same("layer_norm output", output, input);
  shapes::same("layer_norm normalized", normalized, input);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < input.rows; ++r) {
    inverse_deviation(r, 0) = kernels_.layer_norm(
        input.row(r), residual.empty() ? nullptr : residual.row(r), scale.data, shift.data,
        input.columns, static_cast<float>(epsilon), normalized.row(r), output.row(r));
  }
}

void CpuBackend::layer_norm_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                                    ConstMatrixView<float> normalized,
                                    ConstMatrixView<float> inverse_deviation,
                                    MatrixView<float> d_input) {
  shapes::same("layer_norm d_input", d_input, d_output);
  shapes::same("layer_norm normalized", normalized, d_output);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < d_output.rows; ++r) {
    kernels_.layer_norm_d_input(d_output.row(r), scale.data, normalized.row(r),
                                inverse_deviation(r, 0), d_output.columns, d_input.row(r));
  }
}

}  // namespace integrad
