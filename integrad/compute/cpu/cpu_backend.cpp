#include "integrad/compute/cpu/cpu_backend.h"

#include <omp.h>

#include "integrad/compute/shapes.h"

namespace integrad {

namespace {

cpu::Start start_of(MatrixView<float> result, Write write) {
  return write == Write::add ? cpu::Start{result.data, result.stride} : cpu::Start{};
}

}  // namespace

int thread_count(int threads) { return threads > 0 ? threads : omp_get_max_threads(); }

CpuBackend::CpuBackend(int threads, Precision precision)
    : threads_(thread_count(threads)),
      kernels_(cpu::row_kernels()),
      products_(precision, threads_),
      scratch_(static_cast<std::size_t>(threads_)) {}

void CpuBackend::linear(ConstMatrixView<float> input, ConstMatrixView<float> weight,
                        ConstMatrixView<float> bias, MatrixView<float> output) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  products_.multiply({input}, products_.kept({weight, true}), {bias.data, 0}, cpu::Keep{output});
}

void CpuBackend::linear_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> weight,
                                MatrixView<float> d_input, Write write) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  products_.multiply({d_output}, products_.kept({weight, false}), start_of(d_input, write),
                     cpu::Keep{d_input});
}

void CpuBackend::feed_forward(ConstMatrixView<float> input,
                              const FeedForwardWeights<float>& weights, Activation activation,
                              MatrixView<float> output, MatrixView<float> derivative) {
  const auto& [inner, inner_bias, outer, outer_bias] = weights;
  shapes::linear(input.rows, input.columns, inner.rows, inner.columns, inner_bias.rows,
                 inner_bias.columns, derivative.rows, derivative.columns);
  shapes::linear(input.rows, inner.rows, outer.rows, outer.columns, outer_bias.rows,
                 outer_bias.columns, output.rows, output.columns);
  between_.resize(input.rows, products_.words(inner.rows));
  products_.multiply({input}, products_.kept({inner, true}), {inner_bias.data, 0},
                     cpu::Activate{activation, derivative, between_});
  products_.multiply({between_, true}, products_.kept({outer, true}), {outer_bias.data, 0},
                     cpu::Keep{output});
}

void CpuBackend::feed_forward_d_input(ConstMatrixView<float> d_output,
                                      const FeedForwardWeights<float>& weights,
                                      ConstMatrixView<float> derivative, MatrixView<float> d_input,
                                      Write write) {
  const auto& [inner, inner_bias, outer, outer_bias] = weights;
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, inner.columns);
  shapes::same("outer weight", outer.rows, outer.columns, d_output.columns, inner.rows);
  shapes::same("activation's derivative", derivative.rows, derivative.columns, d_output.rows,
               inner.rows);
  between_.resize(d_output.rows, products_.words(inner.rows));
  products_.multiply({d_output}, products_.kept({outer, false}), {},
                     cpu::Scale{derivative, between_});
  products_.multiply({between_, true}, products_.kept({inner, false}), start_of(d_input, write),
                     cpu::Keep{d_input});
}

void CpuBackend::activate(ConstMatrixView<float> input, Activation activation,
                          MatrixView<float> output, MatrixView<float> derivative) {
  shapes::same("activated", output, input);
  shapes::same("activation's derivative", derivative, input);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < input.rows; ++r) {
    kernels_.activate(activation, input.row(r), input.columns, output.row(r), derivative.row(r));
  }
}

void CpuBackend::multiply(ConstMatrixView<float> d_output, ConstMatrixView<float> factor,
                          MatrixView<float> d_input) {
  shapes::same("factor", factor, d_output);
  shapes::same("product", d_input, d_output);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < d_output.rows; ++r) {
    kernels_.multiply(d_output.row(r), factor.row(r), d_output.columns, d_input.row(r));
  }
}

void CpuBackend::affine(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                        ConstMatrixView<float> scale, ConstMatrixView<float> shift,
                        MatrixView<float> output) {
  shapes::same("affine output", output, input);
  if (!residual.empty()) shapes::same("affine residual", residual, input);
  shapes::constants("affine scale", scale, input);
  shapes::constants("affine shift", shift, input);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < input.rows; ++r) {
    kernels_.affine(input.row(r), residual.empty() ? nullptr : residual.row(r), scale.data,
                    shift.data, input.columns, output.row(r));
  }
}

void CpuBackend::affine_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                                MatrixView<float> d_input) {
  shapes::same("affine d_input", d_input, d_output);
  shapes::same("affine scale", scale.rows, scale.columns, 1, d_output.columns);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < d_output.rows; ++r) {
    kernels_.multiply(d_output.row(r), scale.data, d_output.columns, d_input.row(r));
  }
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
