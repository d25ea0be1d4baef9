// Attention of one head in one sequence at a time: its scores stay in a thread's cache, and the
// derivative makes the probabilities again instead of keeping a (heads · rows × rows) array. The
// backward works on transposed scores, so that no product needs a transposed left factor. With a
// window, strips of queries meet the keys around them only.
#include <omp.h>

#include <algorithm>
#include <utility>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

/// Queries of a sequence, and the keys that any of them looks at.
struct CpuBackend::Strip {
  Index query, queries, key, keys;
};

/// Where one head of one sequence lies in the matrices of all.
struct CpuBackend::Head {
  const AttentionInput<float>& input;
  Index sequence, head, d;

  Index queries() const { return input.query_rows.length(sequence); }
  Index keys() const { return input.key_rows.length(sequence); }
  /// Whether there are pairs of a query and a key that do not see each other.
  bool local() const { return input.window > 0 && input.window + 1 < keys(); }
  /// Calls f with every strip: one of everything, or with a window several, from the first on.
  template <class F>
  void each_strip(const F& f) const {
    constexpr Index height = 64;
    if (!local()) return f(Strip{0, queries(), 0, keys()});
    for (Index i = 0; i < queries(); i += height) {
      const Index count = std::min(height, queries() - i);
      const Index begin = input.seen(i, keys()).begin;
      f(Strip{i, count, begin, input.seen(i + count - 1, keys()).end - begin});
    }
  }
  /// Columns of a strip's scores that its query i sees.
  auto seen_by_query(const Strip& strip, Index i) const {
    const auto range = input.seen(strip.query + i, keys());
    return std::pair{range.begin - strip.key, range.end - strip.key};
  }
  /// Columns of a strip's transposed scores that its key j is seen by.
  auto seen_by_key(const Strip& strip, Index j) const {
    if (!local()) return std::pair{Index{0}, strip.queries};
    const Index at = strip.key + j - strip.query;
    return std::pair{std::max<Index>(0, at - input.window),
                     std::min(strip.queries, at + input.window + 1)};
  }

  template <class T>
  MatrixView<T> of_queries(MatrixView<T> all) const {
    return block(all, input.query_rows);
  }
  template <class T>
  MatrixView<T> of_keys(MatrixView<T> all) const {
    return block(all, input.key_rows);
  }
  float scale() const { return static_cast<float>(input.scale); }
  /// The bias of the scores, divided by their scale, as it is multiplied by it later.
  void add_bias(MatrixView<float> scores) const {
    if (input.bias.empty()) return;
    const float factor = 1.0f / scale();
    for (Index i = 0; i < scores.rows; ++i) {
      const float* bias = input.bias.of_keys(head, i);
      float* row = scores.row(i);
      for (Index j = 0; j < scores.columns; ++j) row[j] += bias[j] * factor;
    }
  }
  /// The same where a row of `scores` is a key and a column a query.
  void add_bias_transposed(MatrixView<float> scores) const {
    if (input.bias.empty()) return;
    const float factor = 1.0f / scale();
    const float* bias = input.bias.of_keys(head, 0);  // a query further down reads from there:
    const Index step = input.bias.by_query ? input.bias.table.stride : -1;
    for (Index j = 0; j < scores.rows; ++j) {
      float* row = scores.row(j);
      for (Index i = 0; i < scores.columns; ++i) row[i] += bias[j + i * step] * factor;
    }
  }
  /// The dropout's factors of a strip's scores.
  void fill_factors(const cpu::RowKernels& kernels, const Strip& strip,
                    MatrixView<float> factors) const {
    const Index row = input.query_rows.start(sequence) + strip.query;
    for (Index i = 0; i < factors.rows; ++i) {
      const std::uint64_t first = dropout_row(row + i, input.heads, head);
      cpu::fill_factors(kernels, input.dropout, first + static_cast<std::uint64_t>(strip.key),
                        factors.columns, factors.row(i));
    }
  }

 private:
  template <class T>
  MatrixView<T> block(MatrixView<T> all, const Sequences& rows) const {
    return all.row_range(rows.start(sequence), rows.length(sequence)).column_range(head * d, d);
  }
};

namespace {

/// What a product reads of the pairs that do not see each other.
void fill_zero_outside(float* row, Index begin, Index end, Index n) {
  std::fill(row, row + begin, 0.0f);
  std::fill(row + end, row + n, 0.0f);
}

void multiply_rows(const cpu::RowKernels& kernels, MatrixView<float> rows,
                   ConstMatrixView<float> factors) {
  for (Index r = 0; r < rows.rows; ++r) {
    kernels.multiply(rows.row(r), factors.row(r), rows.columns, rows.row(r));
  }
}

}  // namespace

void CpuBackend::head_forward(const Head& head, const Strip& strip, MatrixView<float> context,
                              MatrixView<float> log_sum_exp, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query).row_range(strip.query, strip.queries);
  const auto key = head.of_keys(head.input.key).row_range(strip.key, strip.keys);
  scratch.scores.resize(query.rows, key.rows);
  worker.multiply(query, {key, true}, scratch.scores);
  head.add_bias(scratch.scores);
  scratch.sum.resize(1, query.rows);
  const Index first = head.input.query_rows.start(head.sequence) + strip.query;
  for (Index i = 0; i < query.rows; ++i) {
    const auto [begin, end] = head.seen_by_query(strip, i);
    float* const row = scratch.scores.row(i);
    scratch.sum(0, i) = kernels_.exponentials(row + begin, end - begin, head.scale(),
                                              &log_sum_exp(first + i, head.head));
    fill_zero_outside(row, begin, end, key.rows);
  }
  if (head.input.dropout.active()) {
    scratch.factors.resize(query.rows, key.rows);
    head.fill_factors(kernels_, strip, scratch.factors);
    multiply_rows(kernels_, scratch.scores, scratch.factors);
  }
  // Divided by the sums at last: a row of context is shorter than one of probabilities.
  const MatrixView<float> mixed = head.of_queries(context).row_range(strip.query, strip.queries);
  worker.multiply(scratch.scores, {head.of_keys(head.input.value).row_range(strip.key, strip.keys)},
                  mixed);
  for (Index i = 0; i < query.rows; ++i) {
    kernels_.scale(mixed.row(i), head.d, 1.0f / scratch.sum(0, i));
  }
}

void CpuBackend::head_backward(const Head& head, const Strip& strip,
                               const AttentionResult<float>& result,
                               ConstMatrixView<float> all_d_context, MatrixView<float> d_query,
                               MatrixView<float> d_key, MatrixView<float> d_value, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query).row_range(strip.query, strip.queries);
  const auto key = head.of_keys(head.input.key).row_range(strip.key, strip.keys);
  const auto value = head.of_keys(head.input.value).row_range(strip.key, strip.keys);
  const auto context = head.of_queries(result.context).row_range(strip.query, strip.queries);
  const auto d_context = head.of_queries(all_d_context).row_range(strip.query, strip.queries);
  const Index queries = query.rows, keys = key.rows;
  const Index first = head.input.query_rows.start(head.sequence) + strip.query;
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
  head.add_bias_transposed(probabilities);
  worker.multiply(value, {d_context, true}, d_scores);
  const auto transpose = products_.kernels().transpose;
  const bool drops = head.input.dropout.active();
  if (drops) {
    scratch.transposed.resize(queries, keys);
    scratch.factors.resize(keys, queries);
    head.fill_factors(kernels_, strip, scratch.transposed);
    transpose(scratch.transposed.data(), keys, queries, keys, scratch.factors.data(), queries);
    multiply_rows(kernels_, d_scores, scratch.factors);
  }
  for (Index j = 0; j < keys; ++j) {
    const auto [begin, end] = head.seen_by_key(strip, j);
    kernels_.softmax_d_input(probabilities.row(j) + begin, d_scores.row(j) + begin,
                             scratch.normalizer.data() + begin, scratch.mean.data() + begin,
                             end - begin, head.scale());
    fill_zero_outside(probabilities.row(j), begin, end, queries);
    fill_zero_outside(d_scores.row(j), begin, end, queries);
  }
  if (drops) multiply_rows(kernels_, probabilities, scratch.factors);
  // Strips share keys: theirs are sums.
  const MatrixView<float> d_value_rows = head.of_keys(d_value).row_range(strip.key, strip.keys);
  const MatrixView<float> d_key_rows = head.of_keys(d_key).row_range(strip.key, strip.keys);
  const auto start = [&](MatrixView<float> rows) {
    return head.local() ? cpu::Start{rows.data, rows.stride} : cpu::Start{};
  };
  worker.multiply(probabilities, {d_context}, d_value_rows, start(d_value_rows));
  worker.multiply(d_scores, {query}, d_key_rows, start(d_key_rows));

  d_query_of(d_scores, key, head.of_queries(d_query).row_range(strip.query, strip.queries), thread);
}

void CpuBackend::d_query_of(ConstMatrixView<float> d_scores, ConstMatrixView<float> key,
                            MatrixView<float> d_query, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto transpose = products_.kernels().transpose;
  const Index queries = d_scores.columns, keys = key.rows, d = key.columns;
  Matrix<float>& transposed = scratch.transposed;
  if (queries < d) {
    transposed.resize(queries, keys);
    transpose(d_scores.data, d_scores.stride, keys, queries, transposed.data(), keys);
    worker.multiply(transposed, {key}, d_query);
  } else {
    transposed.resize(d, keys);
    scratch.d_query.resize(d, queries);
    transpose(key.data, key.stride, keys, d, transposed.data(), keys);
    worker.multiply(transposed, {d_scores}, scratch.d_query);  // dQᵀ = Kᵀ·dSᵀ
    transpose(scratch.d_query.data(), queries, d, queries, d_query.data, d_query.stride);
  }
}

void CpuBackend::attention(const AttentionInput<float>& input, MatrixView<float> context,
                           MatrixView<float> log_sum_exp) {
  shapes::attention<float>(input, {context, log_sum_exp});
  const Index d = context.columns / input.heads;
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const Head head{input, s, h, d};
      head.each_strip([&](const Strip& strip) {
        head_forward(head, strip, context, log_sum_exp, omp_get_thread_num());
      });
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
      const Head head{input, s, h, d};
      if (head.local()) {
        for (const auto& rows : {head.of_keys(d_key), head.of_keys(d_value)}) {
          for (Index j = 0; j < rows.rows; ++j) std::fill_n(rows.row(j), rows.columns, 0.0f);
        }
      }
      head.each_strip([&](const Strip& strip) {
        head_backward(head, strip, result, d_context, d_query, d_key, d_value,
                      omp_get_thread_num());
      });
    }
  }
}

}  // namespace integrad
