// Attention of one head in one sequence at a time: its scores stay in a thread's cache, and the
// derivative makes the probabilities again instead of keeping a (heads · rows × rows) array. The
// backward works on transposed scores, so that no product needs a transposed left factor.
#include <omp.h>

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
  float scale() const { return static_cast<float>(input.scale); }

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
  scratch.sum.resize(1, query.rows);
  const Index first = head.input.query_rows.start(head.sequence);
  for (Index i = 0; i < query.rows; ++i) {
    scratch.sum(0, i) = kernels_.exponentials(scratch.scores.row(i), key.rows, head.scale(),
                                              &log_sum_exp(first + i, head.head));
  }
  // Divided by the sums at last: a row of context is shorter than one of probabilities.
  const MatrixView<float> mixed = head.of_queries(context);
  worker.multiply(scratch.scores, {head.of_keys(head.input.value)}, mixed);
  for (Index i = 0; i < query.rows; ++i) {
    kernels_.scale(mixed.row(i), head.d, 1.0f / scratch.sum(0, i));
  }
}

void CpuBackend::head_backward(const Head& head, const AttentionResult<float>& result,
                               ConstMatrixView<float> all_d_context, MatrixView<float> d_query,
                               MatrixView<float> d_key, MatrixView<float> d_value, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  const auto context = head.of_queries(result.context);
  const auto d_context = head.of_queries(all_d_context);
  const Index queries = query.rows, keys = key.rows;
  const Index first = head.input.query_rows.start(head.sequence);
  scratch.normalizer.resize(1, queries);
  scratch.mean.resize(1, queries);
  for (Index i = 0; i < queries; ++i) {
    scratch.normalizer(0, i) = result.log_sum_exp(first + i, head.head);
    scratch.mean(0, i) = kernels_.dot(context.row(i), d_context.row(i), head.d);
  }
  Matrix<float>& probabilities = scratch.scores;  // Sᵀ, then Pᵀ
  Matrix<float>& d_scores = scratch.d_scores;     // dPᵀ, then dSᵀ
  probabilities.resize(keys, queries);
  d_scores.resize(keys, queries);
  worker.multiply(key, {query, true}, probabilities);
  worker.multiply(head.of_keys(head.input.value), {d_context, true}, d_scores);
  for (Index j = 0; j < keys; ++j) {
    kernels_.softmax_d_input(probabilities.row(j), d_scores.row(j), scratch.normalizer.data(),
                             scratch.mean.data(), queries, head.scale());
  }
  worker.multiply(probabilities, {d_context}, head.of_keys(d_value));
  worker.multiply(d_scores, {query}, head.of_keys(d_key));

  // dQ = dS·K by way of whichever transpose is smaller, dS's or K's.
  const auto transpose = products_.kernels().transpose;
  const MatrixView<float> d_query_rows = head.of_queries(d_query);
  Matrix<float>& transposed = scratch.transposed;
  if (queries < head.d) {
    transposed.resize(queries, keys);
    transpose(d_scores.data(), queries, keys, queries, transposed.data(), keys);
    worker.multiply(transposed, {key}, d_query_rows);
  } else {
    transposed.resize(head.d, keys);
    scratch.d_query.resize(head.d, queries);
    transpose(key.data, key.stride, keys, head.d, transposed.data(), keys);
    worker.multiply(transposed, {d_scores}, scratch.d_query);  // dQᵀ = Kᵀ·dSᵀ
    transpose(scratch.d_query.data(), queries, head.d, queries, d_query_rows.data,
              d_query_rows.stride);
  }
}

void CpuBackend::attention(const AttentionInput<float>& input, MatrixView<float> context,
                           MatrixView<float> log_sum_exp) {
  shapes::attention<float>(input, {context, log_sum_exp});
  const Index d = context.columns / input.heads;
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      head_forward({input, s, h, d}, context, log_sum_exp, omp_get_thread_num());
    }
  }
}

void CpuBackend::attention_d_input(const AttentionInput<float>& input,
                                   const AttentionResult<float>& result,
                                   ConstMatrixView<float> d_context, MatrixView<float> d_query,
                                   MatrixView<float> d_key, MatrixView<float> d_value) {
  shapes::attention(input, result);
  shapes::same("d_context", d_context, result.context);
  shapes::same("d_query", d_query, input.query);
  shapes::same("d_key", d_key, input.key);
  shapes::same("d_value", d_value, input.value);
  const Index d = d_context.columns / input.heads;
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      head_backward({input, s, h, d}, result, d_context, d_query, d_key, d_value,
                    omp_get_thread_num());
    }
  }
}

}  // namespace integrad
