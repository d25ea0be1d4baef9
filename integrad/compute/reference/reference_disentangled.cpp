// Disentangled attention, one query at a time.
#include <algorithm>
#include <cmath>
#include <vector>

#include "integrad/compute/reference/dual.h"
#include "integrad/compute/reference/reference_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// One head of one sequence: the rows and columns of everything that its scores are made of.
template <class T>
struct Head {
  const AttentionInput<T>& input;
  const RelativePositions<T>& positions;
  Index sequence, head, d;

  template <class U>
  MatrixView<U> of_queries(MatrixView<U> all) const {
    return rows_of(all, input.query_rows);
  }
  template <class U>
  MatrixView<U> of_keys(MatrixView<U> all) const {
    return rows_of(all, input.key_rows);
  }
  /// The head's part of the position that query i meets in key j, and key j in query i; null where
  /// there is no such term.
  const T* met_by_query(Index i, Index j) const { return row(positions.key, j - i); }
  const T* met_by_key(Index i, Index j) const { return row(positions.query, i - j); }

 private:
  template <class U>
  MatrixView<U> rows_of(MatrixView<U> all, const Sequences& rows) const {
    return all.row_range(rows.start(sequence), rows.length(sequence)).column_range(head * d, d);
  }
  const T* row(ConstMatrixView<T> table, Index distance) const {
    return table.empty() ? nullptr : table.row(positions.slot(distance)) + head * d;
  }
};

template <class T>
T dot(const T* a, const T* b, Index n) {
  T sum(0);
  for (Index c = 0; c < n; ++c) sum += a[c] * b[c];
  return sum;
}

template <class T>
void add_multiple(T factor, const T* row, Index n, T* sum) {
  for (Index c = 0; c < n; ++c) sum[c] += factor * row[c];
}

/// Scores of query i against every key.
template <class T>
void scores_of(const Head<T>& head, Index i, std::vector<T>& scores) {
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  for (Index j = 0; j < key.rows; ++j) {
    T score = dot(query.row(i), key.row(j), head.d);
    if (const T* p = head.met_by_query(i, j)) score += dot(query.row(i), p, head.d);
    if (const T* p = head.met_by_key(i, j)) score += dot(key.row(j), p, head.d);
    scores[static_cast<std::size_t>(j)] = score * T(head.input.scale);
  }
}

template <class T>
void forward(const Head<T>& head, MatrixView<T> all_context, MatrixView<T> log_sum_exp,
             std::vector<T>& scores) {
  using std::exp;
  using std::log;
  const auto value = head.of_keys(head.input.value);
  const auto context = head.of_queries(all_context);
  const Index first = head.input.query_rows.start(head.sequence);
  for (Index i = 0; i < context.rows; ++i) {
    scores_of(head, i, scores);
    const T largest = *std::max_element(scores.begin(), scores.begin() + value.rows);
    T sum(0);
    for (Index j = 0; j < value.rows; ++j) sum += exp(scores[j] - largest);
    const T normalizer = largest + log(sum);
    log_sum_exp(first + i, head.head) = normalizer;
    std::fill_n(context.row(i), head.d, T(0));
    for (Index j = 0; j < value.rows; ++j) {
      add_multiple(exp(scores[j] - normalizer), value.row(j), head.d, context.row(i));
    }
  }
}

/// Adds to the derivatives of everything that scores_of reads and that is no constant.
template <class T>
void scores_d_input(const Head<T>& head, Index i, Index j, T d_score, T* d_query, T* d_key) {
  add_multiple(d_score, head.of_keys(head.input.key).row(j), head.d, d_query);
  add_multiple(d_score, head.of_queries(head.input.query).row(i), head.d, d_key);
  if (const T* p = head.met_by_query(i, j)) add_multiple(d_score, p, head.d, d_query);
  if (const T* p = head.met_by_key(i, j)) add_multiple(d_score, p, head.d, d_key);
}

}  // namespace

template <class T>
void ReferenceBackend<T>::disentangled_attention(const AttentionInput<T>& input,
                                                 const RelativePositions<T>& positions,
                                                 MatrixView<T> context, MatrixView<T> log_sum_exp) {
  shapes::attention<T>(input, {context, log_sum_exp});
  shapes::relative_positions(input, positions);
  const Index d = context.columns / input.heads;
  std::vector<T> scores(static_cast<std::size_t>(input.key_rows.longest()));
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      forward<T>({input, positions, s, h, d}, context, log_sum_exp, scores);
    }
  }
}

template <class T>
void ReferenceBackend<T>::disentangled_attention_d_input(const AttentionInput<T>& input,
                                                         const RelativePositions<T>& positions,
                                                         const AttentionResult<T>& result,
                                                         ConstMatrixView<T> d_context,
                                                         MatrixView<T> d_query, MatrixView<T> d_key,
                                                         MatrixView<T> d_value) {
  shapes::attention(input, result);
  shapes::relative_positions(input, positions);
  shapes::attention_d_input(input, result, d_context, d_query, d_key, d_value);
  using std::exp;
  const Index d = d_context.columns / input.heads;
  std::vector<T> probabilities(static_cast<std::size_t>(input.key_rows.longest()));
  std::vector<T> d_probabilities(probabilities.size());
  for (const auto& view : {d_query, d_key, d_value}) {
    for (Index r = 0; r < view.rows; ++r) std::fill_n(view.row(r), view.columns, T(0));
  }
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const Head<T> head{input, positions, s, h, d};
      const auto value = head.of_keys(input.value);
      const auto d_out = head.of_queries(d_context);
      const auto d_q = head.of_queries(d_query);
      const auto d_k = head.of_keys(d_key);
      const auto d_v = head.of_keys(d_value);
      for (Index i = 0; i < d_out.rows; ++i) {
        scores_of(head, i, probabilities);
        const T normalizer = result.log_sum_exp(input.query_rows.start(s) + i, h);
        T mean(0);  // Σ_j P_ij dP_ij
        for (Index j = 0; j < value.rows; ++j) {
          probabilities[j] = exp(probabilities[j] - normalizer);
          d_probabilities[j] = dot(d_out.row(i), value.row(j), d);
          mean += probabilities[j] * d_probabilities[j];
        }
        for (Index j = 0; j < value.rows; ++j) {
          add_multiple(probabilities[j], d_out.row(i), d, d_v.row(j));
          const T d_score = probabilities[j] * (d_probabilities[j] - mean) * T(input.scale);
          scores_d_input(head, i, j, d_score, d_q.row(i), d_k.row(j));
        }
      }
    }
  }
}

template void ReferenceBackend<float>::disentangled_attention(const AttentionInput<float>&,
                                                              const RelativePositions<float>&,
                                                              MatrixView<float>, MatrixView<float>);
template void ReferenceBackend<double>::disentangled_attention(const AttentionInput<double>&,
                                                               const RelativePositions<double>&,
                                                               MatrixView<double>,
                                                               MatrixView<double>);
template void ReferenceBackend<Dual>::disentangled_attention(const AttentionInput<Dual>&,
                                                             const RelativePositions<Dual>&,
                                                             MatrixView<Dual>, MatrixView<Dual>);
template void ReferenceBackend<float>::disentangled_attention_d_input(
    const AttentionInput<float>&, const RelativePositions<float>&, const AttentionResult<float>&,
    ConstMatrixView<float>, MatrixView<float>, MatrixView<float>, MatrixView<float>);
template void ReferenceBackend<double>::disentangled_attention_d_input(
    const AttentionInput<double>&, const RelativePositions<double>&, const AttentionResult<double>&,
    ConstMatrixView<double>, MatrixView<double>, MatrixView<double>, MatrixView<double>);
template void ReferenceBackend<Dual>::disentangled_attention_d_input(
    const AttentionInput<Dual>&, const RelativePositions<Dual>&, const AttentionResult<Dual>&,
    ConstMatrixView<Dual>, MatrixView<Dual>, MatrixView<Dual>, MatrixView<Dual>);

}  // namespace integrad
