#include "integrad/compute/cpu/cpu_backend.h"

#include <omp.h>

#include "integrad/compute/cpu/gemm.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// Below this many rows oneDNN sums in another order on AVX-512; with more, a row's bits do not
/// depend on how many rows share the product. So a text alone equals the text in a batch.
constexpr Index fewest_rows = 16;

void copy_rows(ConstMatrixView<float> from, MatrixView<float> to) {
  for (Index r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.columns, to.row(r));
}

}  // namespace

CpuBackend::CpuBackend(int threads)
    : threads_(threads > 0 ? threads : omp_get_max_threads()),
      kernels_(cpu::row_kernels()),
      scratch_(static_cast<std::size_t>(threads_)) {}

void CpuBackend::linear(ConstMatrixView<float> input, ConstMatrixView<float> weight,
                        ConstMatrixView<float> bias, MatrixView<float> output) {
  shapes::linear(input.rows, input.columns, weight.rows, weight.columns, bias.rows, bias.columns,
                 output.rows, output.columns);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(static)
  for (Index r = 0; r < output.rows; ++r) {
    std::copy_n(bias.data, output.columns, output.row(r));
  }
  product(input, weight, output, {.transpose_b = true, .keep = 1.0f});
}

void CpuBackend::linear_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> weight,
                                MatrixView<float> d_input, Write write) {
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, weight.columns);
  shapes::same("weight", weight.rows, weight.columns, d_output.columns, d_input.columns);
  const cpu::ThreadCount guard(threads_);
  product(d_output, weight, d_input, {.keep = write == Write::add ? 1.0f : 0.0f});
}

void CpuBackend::product(ConstMatrixView<float> a, ConstMatrixView<float> b, MatrixView<float> c,
                         const cpu::GemmOptions& options) {
  if (c.rows >= fewest_rows || c.rows == 0) return cpu::gemm(a, b, c, options);
  few_rows_.resize(fewest_rows, a.columns);
  few_results_.resize(fewest_rows, c.columns);
  few_rows_.fill(0);
  few_results_.fill(0);
  copy_rows(a, few_rows_);
  copy_rows(c, few_results_);
  cpu::gemm(few_rows_, b, few_results_, options);
  copy_rows(few_results_.view().row_range(0, c.rows), c);
}

void CpuBackend::layer_norm(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                            ConstMatrixView<float> scale, ConstMatrixView<float> shift,
                            double epsilon, MatrixView<float> normalized,
                            MatrixView<float> inverse_deviation, MatrixView<float> output) {
  shapes::same("layer_norm output", output, input);
  shapes::same("layer_norm normalized", normalized, input);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(static)
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
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(static)
  for (Index r = 0; r < d_output.rows; ++r) {
    kernels_.layer_norm_d_input(d_output.row(r), scale.data, normalized.row(r),
                                inverse_deviation(r, 0), d_output.columns, d_input.row(r));
  }
}

void CpuBackend::activate(Activation activation, ConstMatrixView<float> input,
                          MatrixView<float> output, MatrixView<float> derivative) {
  shapes::same("activate output", output, input);
  shapes::same("activate derivative", derivative, input);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(static)
  for (Index r = 0; r < input.rows; ++r) {
    kernels_.activate(activation, input.row(r), input.columns, output.row(r), derivative.row(r));
  }
}

void CpuBackend::activate_d_input(ConstMatrixView<float> d_output,
                                  ConstMatrixView<float> derivative, MatrixView<float> d_input) {
  shapes::same("activate d_input", d_input, d_output);
  shapes::same("activate derivative", derivative, d_output);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(static)
  for (Index r = 0; r < d_output.rows; ++r) {
    kernels_.multiply(d_output.row(r), derivative.row(r), d_output.columns, d_input.row(r));
  }
}

}  // namespace integrad
