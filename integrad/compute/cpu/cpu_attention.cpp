// Attention of one head in one sequence at a time: its scores stay in a thread's cache, and the
// derivative makes the probabilities again instead of keeping a (heads · rows × rows) array.
#include <omp.h>

#include <cmath>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/cpu/gemm.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// The rows of sequence s in the columns of head h.
template <class T>
MatrixView<T> block(MatrixView<T> all, const Sequences& rows, Index s, Index h, Index d) {
  return all.row_range(rows.start(s), rows.length(s)).column_range(h * d, d);
}

float inverse_root(Index d) { return 1.0f / std::sqrt(static_cast<float>(d)); }

}  // namespace

void CpuBackend::prepare_scratch(const AttentionInput<float>& input, bool derivative) {
  const Index queries = input.query_rows.longest(), keys = input.key_rows.longest();
  for (Scratch& scratch : scratch_) {
    scratch.scores.resize(queries, keys);
    if (derivative) scratch.d_scores.resize(queries, keys);
  }
}

void CpuBackend::attention(const AttentionInput<float>& input, MatrixView<float> context,
                           MatrixView<float> log_sum_exp) {
  shapes::attention(input, context, log_sum_exp.rows, log_sum_exp.columns);
  const Index d = context.columns / input.heads;
  prepare_scratch(input, false);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(dynamic) collapse(2)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const auto query = block(input.query, input.query_rows, s, h, d);
      const auto key = block(input.key, input.key_rows, s, h, d);
      const auto value = block(input.value, input.key_rows, s, h, d);
      const MatrixView<float> scores(scratch_[omp_get_thread_num()].scores.data(), query.rows,
                                     key.rows);
      cpu::gemm(query, key, scores, {.transpose_b = true, .scale = inverse_root(d)});
      for (Index i = 0; i < query.rows; ++i) {
        log_sum_exp(input.query_rows.start(s) + i, h) = kernels_.softmax(scores.row(i), key.rows);
      }
      cpu::gemm(scores, value, block(context, input.query_rows, s, h, d), {});
    }
  }
}

void CpuBackend::attention_d_input(const AttentionInput<float>& input,
                                   ConstMatrixView<float> log_sum_exp,
                                   ConstMatrixView<float> d_context, MatrixView<float> d_query,
                                   MatrixView<float> d_key, MatrixView<float> d_value) {
  shapes::attention(input, d_context, log_sum_exp.rows, log_sum_exp.columns);
  shapes::same("d_query", d_query, input.query);
  shapes::same("d_key", d_key, input.key);
  shapes::same("d_value", d_value, input.value);
  const Index d = d_context.columns / input.heads;
  prepare_scratch(input, true);
  const cpu::ThreadCount guard(threads_);
#pragma omp parallel for schedule(dynamic) collapse(2)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const auto query = block(input.query, input.query_rows, s, h, d);
      const auto key = block(input.key, input.key_rows, s, h, d);
      const auto value = block(input.value, input.key_rows, s, h, d);
      const auto d_out = block(d_context, input.query_rows, s, h, d);
      Scratch& scratch = scratch_[omp_get_thread_num()];
      const MatrixView<float> probabilities(scratch.scores.data(), query.rows, key.rows);
      const MatrixView<float> d_scores(scratch.d_scores.data(), query.rows, key.rows);
      cpu::gemm(query, key, probabilities, {.transpose_b = true, .scale = inverse_root(d)});
      for (Index i = 0; i < query.rows; ++i) {
        kernels_.probabilities(probabilities.row(i), key.rows,
                               log_sum_exp(input.query_rows.start(s) + i, h));
      }
      cpu::gemm(d_out, value, d_scores, {.transpose_b = true});  // dP = dC·Vᵀ
      for (Index i = 0; i < query.rows; ++i) {
        kernels_.softmax_d_input(probabilities.row(i), d_scores.row(i), key.rows, inverse_root(d));
      }
      cpu::gemm(d_scores, key, block(d_query, input.query_rows, s, h, d), {});
      cpu::gemm(d_scores, query, block(d_key, input.key_rows, s, h, d), {.transpose_a = true});
      cpu::gemm(probabilities, d_out, block(d_value, input.key_rows, s, h, d),
                {.transpose_a = true});
    }
  }
}

}  // namespace integrad
