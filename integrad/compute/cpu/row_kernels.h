// Work on single rows, compiled once for each instruction set and chosen at run time. Plain C-like
// interface: what is compiled for AVX-512 must not define anything that other files might link.
#pragma once

#include <cstddef>
#include <cstdint>

#include "integrad/compute/activation.h"

namespace integrad {
struct Dropout;
}

namespace integrad::cpu {

using Index = std::ptrdiff_t;

/// One table of functions an instruction set. n is the number of columns of a row.
struct RowKernels {
  const char* instruction_set;
  /// y = f(x), derivative = f'(x); y or derivative may be x.
  void (*activate)(Activation, const float* x, Index n, float* y, float* derivative);
  /// product = a ∘ b; product may be a.
  void (*multiply)(const float* a, const float* b, Index n, float* product);
  /// Backend::layer_norm of one row; residual may be null. Returns the inverse deviation.
  float (*layer_norm)(const float* input, const float* residual, const float* scale,
                      const float* shift, Index n, float epsilon, float* normalized, float* output);
  /// Backend::layer_norm_d_input of one row.
  void (*layer_norm_d_input)(const float* d_output, const float* scale, const float* normalized,
                             float inverse_deviation, Index n, float* d_input);
  /// scores become exp(scale · (scores − largest)), the softmax probabilities times their sum,
  /// which is returned; log_sum_exp = log Σ exp(scale · scores).
  float (*exponentials)(float* scores, Index n, float scale, float* log_sum_exp);
  /// scores(i) become p(i) = exp(scale · scores(i) − log_sum_exp(i)), and d_probabilities(i) become
  /// scale · p(i) · (d_probabilities(i) − mean(i)).
  void (*softmax_d_input)(float* scores, float* d_probabilities, const float* log_sum_exp,
                          const float* mean, Index n, float scale);
  float (*dot)(const float* a, const float* b, Index n);
  /// row *= factor.
  void (*scale)(float* row, Index n, float factor);
  /// Backend::affine of one row; residual, scale and shift may be null.
  void (*affine)(const float* input, const float* residual, const float* scale, const float* shift,
                 Index n, float* output);
  /// Backend::rotate of one head of one row, 2 · half columns; direction −1: backwards.
  void (*rotate)(const float* input, const float* cosine, const float* sine, Index half,
                 float direction, float* output);
  /// dropout_factors of the entries of `groups` groups from `group` on.
  void (*dropout)(std::uint64_t seed, std::uint64_t stream, std::uint32_t threshold, float factor,
                  std::uint64_t group, Index groups, float* factors);
};

const RowKernels& row_kernels_baseline();
const RowKernels& row_kernels_avx2();
const RowKernels& row_kernels_avx512();

/// integrad::dropout_factors by a table's kernel.
void fill_factors(const RowKernels& kernels, const Dropout& dropout, std::uint64_t first, Index n,
                  float* factors);

/// The best table that this processor can run.
const RowKernels& row_kernels();

}  // namespace integrad::cpu
