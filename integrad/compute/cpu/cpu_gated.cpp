// A feed-forward with a gate: two products, and between them one pass over rows that lie in the
// cache.
#include <omp.h>

#include <algorithm>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

void CpuBackend::gated_feed_forward(ConstMatrixView<float> input,
                                    const FeedForwardWeights<float>& weights, Activation activation,
                                    MatrixView<float> output, MatrixView<float> slopes) {
  const auto& [inner, inner_bias, outer, outer_bias] = weights;
  shapes::gated(input.rows, weights, slopes);
  shapes::linear(input.rows, input.columns, inner.rows, inner.columns, inner_bias.rows,
                 inner_bias.columns, slopes.rows, slopes.columns);
  shapes::linear(input.rows, outer.columns, outer.rows, outer.columns, outer_bias.rows,
                 outer_bias.columns, output.rows, output.columns);
  const Index n = outer.columns;
  between_.resize(input.rows, products_.words(n));
  for (Scratch& scratch : scratch_) scratch.row.resize(2, n);
  products_.multiply({input}, products_.kept({inner, true}), {inner_bias.data, 0},
                     cpu::Keep{slopes});
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < slopes.rows; ++r) {  // [a | g]
    Matrix<float>& row = scratch_[static_cast<std::size_t>(omp_get_thread_num())].row;
    float* const values = row.row(0);
    float* const gated = row.row(1);
    float* const slope = slopes.row(r);
    float* const gate = slope + n;
    kernels_.activate(activation, slope, n, values, slope);
    kernels_.multiply(values, gate, n, gated);
    kernels_.multiply(slope, gate, n, slope);
    std::copy_n(values, n, gate);
    products_.to_words(gated, n, between_.row(r));
  }
  products_.multiply({between_, true}, products_.kept({outer, true}), {outer_bias.data, 0},
                     cpu::Keep{output});
}

void CpuBackend::gated_feed_forward_d_input(ConstMatrixView<float> d_output,
                                            const FeedForwardWeights<float>& weights,
                                            ConstMatrixView<float> slopes,
                                            MatrixView<float> d_input) {
  const auto& [inner, inner_bias, outer, outer_bias] = weights;
  shapes::gated(d_output.rows, weights, slopes);
  shapes::same("d_input", d_input.rows, d_input.columns, d_output.rows, inner.columns);
  shapes::same("outer weight", outer.rows, outer.columns, d_output.columns, outer.columns);
  const Index n = outer.columns;
  gated_.resize(d_output.rows, n);
  between_.resize(d_output.rows, products_.words(2 * n));
  for (Scratch& scratch : scratch_) scratch.row.resize(2, n);
  products_.multiply({d_output}, products_.kept({outer, false}), {}, cpu::Keep{gated_});
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (Index r = 0; r < d_output.rows; ++r) {
    float* const both = scratch_[static_cast<std::size_t>(omp_get_thread_num())].row.data();
    kernels_.multiply(gated_.row(r), slopes.row(r), n, both);
    kernels_.multiply(gated_.row(r), slopes.row(r) + n, n, both + n);
    products_.to_words(both, 2 * n, between_.row(r));
  }
  products_.multiply({between_, true}, products_.kept({inner, false}), {}, cpu::Keep{d_input});
}

}  // namespace integrad
