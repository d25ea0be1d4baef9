// Attention of one head in one sequence at a time: its scores stay in a thread's cache, and the
// derivative makes the probabilities again instead of keeping a (heads · rows × rows) array.
#include <omp.h>

#include <cmath>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/cpu/gemm.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// The columns of head h in the rows of sequence s.
template <class T>
MatrixView<T> block(MatrixView<T> all, const Sequences& sequences, Index s, Index first, Index d) {
  return all.row_range(sequences.start(s), sequences.length(s)).column_range(first, d);
}

}  // namespace

void CpuBackend::prepare_scratch(Index longest, bool derivative) {
  for (Scratch& scratch : scratch_) {
    scratch.scores.resize(longest, longest);
    if (derivative) scratch.d_scores.resize(longest, longest);
  }
}

void CpuBackend::attention(const Sequences& sequences, Index heads, ConstMatrixView<float> qkv,
                           MatrixView<float> context, MatrixView<float> log_sum_exp) {
  shapes::attention(sequences, heads, qkv.rows, qkv.columns, context.rows, context.columns);
  shapes::same("log_sum_exp", log_sum_exp.rows, log_sum_exp.columns, qkv.rows, heads);
  const Index hidden = context.columns, d = hidden / heads;
  const float scale = 1.0f / std::sqrt(static_cast<float>(d));
  prepare_scratch(sequences.longest(), false);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(dynamic) collapse(2)
  for (Index s = 0; s < sequences.count(); ++s) {
    for (Index h = 0; h < heads; ++h) {
      const Index length = sequences.length(s), start = sequences.start(s);
      const auto query = block(qkv, sequences, s, h * d, d);
      const auto key = block(qkv, sequences, s, hidden + h * d, d);
      const auto value = block(qkv, sequences, s, 2 * hidden + h * d, d);
      const MatrixView<float> scores(scratch_[omp_get_thread_num()].scores.data(), length, length);
      cpu::gemm(query, key, scores, {.transpose_b = true, .scale = scale});
      for (Index i = 0; i < length; ++i) {
        log_sum_exp(start + i, h) = kernels_.softmax(scores.row(i), length);
      }
      cpu::gemm(scores, value, block(context, sequences, s, h * d, d), {});
    }
  }
}

void CpuBackend::attention_d_input(const Sequences& sequences, Index heads,
                                   ConstMatrixView<float> qkv, ConstMatrixView<float> log_sum_exp,
                                   ConstMatrixView<float> d_context, MatrixView<float> d_qkv) {
  shapes::attention(sequences, heads, qkv.rows, qkv.columns, d_context.rows, d_context.columns);
  shapes::same("d_qkv", d_qkv, qkv);
  const Index hidden = d_context.columns, d = hidden / heads;
  const float scale = 1.0f / std::sqrt(static_cast<float>(d));
  prepare_scratch(sequences.longest(), true);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(dynamic) collapse(2)
  for (Index s = 0; s < sequences.count(); ++s) {
    for (Index h = 0; h < heads; ++h) {
      const Index length = sequences.length(s), start = sequences.start(s);
      Scratch& scratch = scratch_[omp_get_thread_num()];
      const MatrixView<float> probabilities(scratch.scores.data(), length, length);
      const MatrixView<float> d_scores(scratch.d_scores.data(), length, length);
      const auto query = block(qkv, sequences, s, h * d, d);
      const auto key = block(qkv, sequences, s, hidden + h * d, d);
      const auto value = block(qkv, sequences, s, 2 * hidden + h * d, d);
      const auto d_out = block(d_context, sequences, s, h * d, d);
      cpu::gemm(query, key, probabilities, {.transpose_b = true, .scale = scale});
      for (Index i = 0; i < length; ++i) {
        kernels_.probabilities(probabilities.row(i), length, log_sum_exp(start + i, h));
      }
      cpu::gemm(d_out, value, d_scores, {.transpose_b = true});  // dP = dC·Vᵀ
      for (Index i = 0; i < length; ++i) {
        kernels_.softmax_d_input(probabilities.row(i), d_scores.row(i), length, scale);
      }
      cpu::gemm(d_scores, key, block(d_qkv, sequences, s, h * d, d), {});
      cpu::gemm(d_scores, query, block(d_qkv, sequences, s, hidden + h * d, d),
                {.transpose_a = true});
      cpu::gemm(probabilities, d_out, block(d_qkv, sequences, s, 2 * hidden + h * d, d),
                {.transpose_a = true});
    }
  }
}

}  // namespace integrad
