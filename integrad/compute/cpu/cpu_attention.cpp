// Attention of one head in one sequence at a time: its scores stay in a thread's cache, and the
// derivative makes the probabilities again instead of keeping a (heads · rows × rows) array. The
// backward works on transposed scores, so that no product needs a transposed left factor.
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

/// Where one head of one sequence lies in the matrices of all.
struct CpuBackend::Head {
  const AttentionInput<float>& input;
  Index sequence, head, d;

  template <class T>
  MatrixView<T> of_queries(MatrixView<T> all) const {
    return block(all, input.query_rows);
  }
  template <class T>
  MatrixView<T> of_keys(MatrixView<T> all) const {
    return block(all, input.key_rows);
  }
  float scale() const { return 1.0f / std::sqrt(static_cast<float>(d)); }

 private:
  template <class T>
  MatrixView<T> block(MatrixView<T> all, const Sequences& rows) const {
    return all.row_range(rows.start(sequence), rows.length(sequence)).column_range(head * d, d);
  }
};

void CpuBackend::head_forward(const Head& head, MatrixView<float> context,
                              MatrixView<float> log_sum_exp, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  scratch.scores.resize(query.rows, key.rows);
  worker.multiply(query, {key, true}, scratch.scores);
  const Index first = head.input.query_rows.start(head.sequence);
  for (Index i = 0; i < query.rows; ++i) {
    log_sum_exp(first + i, head.head) =
        kernels_.softmax(scratch.scores.row(i), key.rows, head.scale());
  }
  worker.multiply(scratch.scores, {head.of_keys(head.input.value)}, head.of_queries(context));
}

void CpuBackend::head_backward(const Head& head, ConstMatrixView<float> log_sum_exp,
                               ConstMatrixView<float> all_d_context, MatrixView<float> d_query,
                               MatrixView<float> d_key, MatrixView<float> d_value, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  const auto d_context = head.of_queries(all_d_context);
  const Index queries = query.rows, keys = key.rows;
  const Index first = head.input.query_rows.start(head.sequence);
  scratch.normalizer.resize(1, queries);
  for (Index i = 0; i < queries; ++i) {
    scratch.normalizer(0, i) = log_sum_exp(first + i, head.head);
  }
  Matrix<float>& probabilities = scratch.scores;  // Pᵀ
  Matrix<float>& d_scores = scratch.d_scores;     // dPᵀ, then dSᵀ
  probabilities.resize(keys, queries);
  d_scores.resize(keys, queries);
  scratch.mean.resize(1, queries);
  scratch.mean.fill(0.0f);

  worker.multiply(key, {query, true}, probabilities);
  worker.multiply(head.of_keys(head.input.value), {d_context, true}, d_scores);
  for (Index j = 0; j < keys; ++j) {
    kernels_.probabilities(probabilities.row(j), scratch.normalizer.data(), queries, head.scale());
    kernels_.add_products(probabilities.row(j), d_scores.row(j), queries, scratch.mean.data());
  }
  worker.multiply(probabilities, {d_context}, head.of_keys(d_value));
  for (Index j = 0; j < keys; ++j) {
    kernels_.softmax_d_input(probabilities.row(j), scratch.mean.data(), queries, head.scale(),
                             d_scores.row(j));
  }
  worker.multiply(d_scores, {query}, head.of_keys(d_key));

  const auto transpose = products_.kernels().transpose;
  scratch.key.resize(head.d, keys);
  scratch.d_query.resize(head.d, queries);
  transpose(key.data, key.stride, keys, head.d, scratch.key.data(), keys);
  worker.multiply(scratch.key, {d_scores}, scratch.d_query);  // dQᵀ = Kᵀ·dSᵀ
  const MatrixView<float> d_query_rows = head.of_queries(d_query);
  transpose(scratch.d_query.data(), queries, head.d, queries, d_query_rows.data,
            d_query_rows.stride);
}

void CpuBackend::attention(const AttentionInput<float>& input, MatrixView<float> context,
                           MatrixView<float> log_sum_exp) {
  shapes::attention(input, context, log_sum_exp.rows, log_sum_exp.columns);
  const Index d = context.columns / input.heads;
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      head_forward({input, s, h, d}, context, log_sum_exp, omp_get_thread_num());
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
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      head_backward({input, s, h, d}, log_sum_exp, d_context, d_query, d_key, d_value,
                    omp_get_thread_num());
    }
  }
}

}  // namespace integrad
