// Attention, one query at a time.
#include <algorithm>
#include <cmath>
#include <vector>

#include "integrad/compute/reference/dual.h"
#include "integrad/compute/reference/reference_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// The rows of sequence s in the columns of head h.
template <class T>
MatrixView<T> block(MatrixView<T> all, const Sequences& rows, Index s, Index h, Index d) {
  return all.row_range(rows.start(s), rows.length(s)).column_range(h * d, d);
}

template <class T>
void fill_zero(MatrixView<T> view) {
  for (Index r = 0; r < view.rows; ++r) std::fill_n(view.row(r), view.columns, T(0));
}

template <class T>
T dot(const T* a, const T* b, Index n) {
  T sum(0);
  for (Index i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

/// What the probabilities of query i are multiplied by: ones without dropout.
template <class T>
void factors_of(const AttentionInput<T>& input, Index row, Index h, std::vector<float>& factors) {
  std::fill(factors.begin(), factors.end(), 1.0f);
  if (!input.dropout.active()) return;
  dropout_factors(input.dropout, dropout_row(row, input.heads, h),
                  static_cast<Index>(factors.size()), factors.data());
}

/// Scores of query i of head h against every key of the range.
template <class T>
void scores_of(const AttentionInput<T>& input, Index h, Index i, const T* query,
               MatrixView<const T> key, const auto& range, std::vector<T>& scores) {
  const T scale(input.scale);
  for (Index j = range.begin; j < range.end; ++j) {
    scores[j] = dot(query, key.row(j), key.columns) * scale;
  }
  if (input.bias.empty()) return;
  const T* bias = input.bias.of_keys(h, i);
  for (Index j = range.begin; j < range.end; ++j) scores[j] += bias[j];
}

}  // namespace

template <class T>
void ReferenceBackend<T>::attention(const AttentionInput<T>& input, MatrixView<T> context,
                                    MatrixView<T> log_sum_exp) {
  shapes::attention<T>(input, {context, log_sum_exp});
  using std::exp;
  using std::log;
  const Index d = context.columns / input.heads;
  std::vector<T> scores(static_cast<std::size_t>(input.key_rows.longest()));
  std::vector<float> factors(scores.size());
  fill_zero(context);
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const auto query = block(input.query, input.query_rows, s, h, d);
      const auto key = block(input.key, input.key_rows, s, h, d);
      const auto value = block(input.value, input.key_rows, s, h, d);
      const auto out = block(context, input.query_rows, s, h, d);
      for (Index i = 0; i < query.rows; ++i) {
        const auto range = input.seen(i, key.rows);
        scores_of(input, h, i, query.row(i), key, range, scores);
        const T largest =
            *std::max_element(scores.begin() + range.begin, scores.begin() + range.end);
        T sum(0);
        for (Index j = range.begin; j < range.end; ++j) sum += exp(scores[j] - largest);
        const T normalizer = largest + log(sum);
        log_sum_exp(input.query_rows.start(s) + i, h) = normalizer;
        factors_of(input, input.query_rows.start(s) + i, h, factors);
        for (Index j = range.begin; j < range.end; ++j) {
          const T probability = exp(scores[j] - normalizer) * T(factors[j]);
          for (Index c = 0; c < d; ++c) out(i, c) += probability * value(j, c);
        }
      }
    }
  }
}

template <class T>
void ReferenceBackend<T>::attention_d_input(const AttentionInput<T>& input,
                                            const AttentionResult<T>& result,
                                            ConstMatrixView<T> d_context, MatrixView<T> d_query,
                                            MatrixView<T> d_key, MatrixView<T> d_value) {
  shapes::attention(input, result);
  shapes::same("d_context", d_context, result.context);
  shapes::same("d_query", d_query, input.query);
  shapes::same("d_key", d_key, input.key);
  shapes::same("d_value", d_value, input.value);
  using std::exp;
  const Index d = d_context.columns / input.heads;
  const T scale(input.scale);
  std::vector<T> probabilities(static_cast<std::size_t>(input.key_rows.longest()));
  std::vector<T> d_probabilities(probabilities.size());
  std::vector<float> factors(probabilities.size());
  for (const auto& view : {d_query, d_key, d_value}) fill_zero(view);
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      const auto query = block(input.query, input.query_rows, s, h, d);
      const auto key = block(input.key, input.key_rows, s, h, d);
      const auto value = block(input.value, input.key_rows, s, h, d);
      const auto d_out = block(d_context, input.query_rows, s, h, d);
      const auto d_q = block(d_query, input.query_rows, s, h, d);
      const auto d_k = block(d_key, input.key_rows, s, h, d);
      const auto d_v = block(d_value, input.key_rows, s, h, d);
      for (Index i = 0; i < query.rows; ++i) {
        const auto range = input.seen(i, key.rows);
        scores_of(input, h, i, query.row(i), key, range, probabilities);
        factors_of(input, input.query_rows.start(s) + i, h, factors);
        T mean(0);  // Σ_j P_ij dP_ij
        for (Index j = range.begin; j < range.end; ++j) {
          const T normalizer = result.log_sum_exp(input.query_rows.start(s) + i, h);
          probabilities[j] = exp(probabilities[j] - normalizer);
          d_probabilities[j] = dot(d_out.row(i), value.row(j), d) * T(factors[j]);
          mean += probabilities[j] * d_probabilities[j];
        }
        for (Index j = range.begin; j < range.end; ++j) {
          const T d_score = probabilities[j] * (d_probabilities[j] - mean) * scale;
          for (Index c = 0; c < d; ++c) {
            d_v(j, c) += probabilities[j] * T(factors[j]) * d_out(i, c);
            d_q(i, c) += d_score * key(j, c);
            d_k(j, c) += d_score * query(i, c);
          }
        }
      }
    }
  }
}

template void ReferenceBackend<float>::attention(const AttentionInput<float>&, MatrixView<float>,
                                                 MatrixView<float>);
template void ReferenceBackend<double>::attention(const AttentionInput<double>&, MatrixView<double>,
                                                  MatrixView<double>);
template void ReferenceBackend<Dual>::attention(const AttentionInput<Dual>&, MatrixView<Dual>,
                                                MatrixView<Dual>);
template void ReferenceBackend<float>::attention_d_input(const AttentionInput<float>&,
                                                         const AttentionResult<float>&,
                                                         ConstMatrixView<float>, MatrixView<float>,
                                                         MatrixView<float>, MatrixView<float>);
template void ReferenceBackend<double>::attention_d_input(const AttentionInput<double>&,
                                                          const AttentionResult<double>&,
                                                          ConstMatrixView<double>,
                                                          MatrixView<double>, MatrixView<double>,
                                                          MatrixView<double>);
template void ReferenceBackend<Dual>::attention_d_input(const AttentionInput<Dual>&,
                                                        const AttentionResult<Dual>&,
                                                        ConstMatrixView<Dual>, MatrixView<Dual>,
                                                        MatrixView<Dual>, MatrixView<Dual>);

}  // namespace integrad
