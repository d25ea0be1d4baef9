// Derivatives with respect to weights, and dropout. Sums over rows are made in the same order for
// every number of threads.
#include <omp.h>

#include <algorithm>
#include <array>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

constexpr Index block_rows = 512;     // of a product over rows: its right factor stays in the cache
constexpr Index block_columns = 256;  // of sums over rows, for a thread

/// Calls f(first, count) for runs of columns, shared by threads.
template <class F>
void each_run(Index columns, int threads, const F& f) {
#pragma omp parallel for schedule(static) num_threads(threads)
  for (Index first = 0; first < columns; first += block_columns) {
    f(first, std::min(block_columns, columns - first));
  }
}

}  // namespace

void cpu::fill_factors(const RowKernels& kernels, const Dropout& dropout, std::uint64_t first,
                       Index n, float* factors) {
  const auto group = static_cast<std::uint64_t>(dropout_group);
  const std::uint32_t threshold = dropout.threshold();
  const float factor = dropout.factor();
  std::array<float, dropout_group> values;  // of a group that is not wanted whole
  for (const std::uint64_t end = first + static_cast<std::uint64_t>(n); first < end;) {
    const std::uint64_t skipped = first % group;
    const auto whole = static_cast<Index>((end - first) / group);
    if (skipped == 0 && whole > 0) {
      kernels.dropout(dropout.seed, dropout.stream, threshold, factor, first / group, whole,
                      factors);
      first += static_cast<std::uint64_t>(whole) * group;
      factors += whole * dropout_group;
      continue;
    }
    kernels.dropout(dropout.seed, dropout.stream, threshold, factor, first / group, 1,
                    values.data());
    const auto count = static_cast<Index>(std::min(group - skipped, end - first));
    factors = std::copy_n(values.begin() + static_cast<Index>(skipped), count, factors);
    first += static_cast<std::uint64_t>(count);
  }
}

void CpuBackend::linear_d_weight(ConstMatrixView<float> d_output, ConstMatrixView<float> input,
                                 MatrixView<float> d_weight, MatrixView<float> d_bias) {
  shapes::linear(input.rows, input.columns, d_weight.rows, d_weight.columns, d_bias.rows,
                 d_bias.columns, d_output.rows, d_output.columns);
  const Index outputs = d_output.columns;
  for (Index row = 0; row < input.rows; row += block_rows) {
    const Index count = std::min(block_rows, input.rows - row);
    transposed_.resize(outputs, count);
    each_run(outputs, threads_, [&](Index first, Index n) {
      products_.kernels().transpose(d_output.row(row) + first, d_output.stride, count, n,
                                    transposed_.row(first), count);
    });
    products_.multiply({transposed_}, {input.row_range(row, count)},
                       {d_weight.data, d_weight.stride}, cpu::Keep{d_weight});
  }
  if (d_bias.empty()) return;
  each_run(outputs, threads_, [&](Index first, Index n) {
    float* const sum = d_bias.row(0) + first;
    for (Index r = 0; r < d_output.rows; ++r) {
      const float* const row = d_output.row(r) + first;
      for (Index c = 0; c < n; ++c) sum[c] += row[c];
    }
  });
}

void CpuBackend::layer_norm_d_parameters(ConstMatrixView<float> d_output,
                                         ConstMatrixView<float> normalized,
                                         MatrixView<float> d_scale, MatrixView<float> d_shift) {
  shapes::same("normalized", normalized, d_output);
  shapes::same("d_scale", d_scale.rows, d_scale.columns, 1, d_output.columns);
  shapes::same("d_shift", d_shift.rows, d_shift.columns, 1, d_output.columns);
  each_run(d_output.columns, threads_, [&](Index first, Index n) {
    float* const scale = d_scale.row(0) + first;
    float* const shift = d_shift.row(0) + first;
    for (Index r = 0; r < d_output.rows; ++r) {
      const float* const d = d_output.row(r) + first;
      const float* const value = normalized.row(r) + first;
      for (Index c = 0; c < n; ++c) scale[c] += d[c] * value[c];
      for (Index c = 0; c < n; ++c) shift[c] += d[c];
    }
  });
}

void CpuBackend::drop_out(const Dropout& dropout, ConstMatrixView<float> input,
                          MatrixView<float> output) {
  shapes::same("dropout output", output, input);
  const bool active = dropout.active();
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < input.rows; ++r) {
    if (!active) {
      if (output.row(r) != input.row(r)) std::copy_n(input.row(r), input.columns, output.row(r));
      continue;
    }
    Matrix<float>& factors = scratch_[static_cast<std::size_t>(omp_get_thread_num())].factors;
    factors.resize(1, input.columns);
    cpu::fill_factors(kernels_, dropout, static_cast<std::uint64_t>(r * input.columns),
                      input.columns, factors.data());
    kernels_.multiply(input.row(r), factors.data(), input.columns, output.row(r));
  }
}

}  // namespace integrad
