#include "integrad/compute/profiling_backend.h"

namespace integrad {
namespace {

/// rows × inner times inner × columns.
double product(Index rows, Index inner, Index columns) {
  return 2.0 * static_cast<double>(rows) * static_cast<double>(inner) *
         static_cast<double>(columns);
}

template <class T>
double both_products(Index rows, const FeedForwardWeights<T>& weights) {
  return product(rows, weights.inner.columns, weights.inner.rows) +
         product(rows, weights.outer.columns, weights.outer.rows);
}

/// One product of queries with keys (or probabilities with values), all heads.
template <class T>
double scores(const AttentionInput<T>& input) {
  double pairs = 0;
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    pairs += static_cast<double>(input.query_rows.length(s)) *
             static_cast<double>(input.key_rows.length(s));
  }
  return 2.0 * pairs * static_cast<double>(input.query.columns);
}

}  // namespace

template <class T>
void ProfilingBackend<T>::linear(ConstMatrixView<T> input, ConstMatrixView<T> weight,
                                 ConstMatrixView<T> bias, MatrixView<T> output) {
  const Timed timed(profile_, Room::products, product(input.rows, weight.columns, weight.rows));
  backend_->linear(input, weight, bias, output);
}

template <class T>
void ProfilingBackend<T>::linear_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> weight,
                                         MatrixView<T> d_input, Write write) {
  const Timed timed(profile_, Room::products, product(d_output.rows, weight.rows, weight.columns));
  backend_->linear_d_input(d_output, weight, d_input, write);
}

template <class T>
void ProfilingBackend<T>::feed_forward(ConstMatrixView<T> input,
                                       const FeedForwardWeights<T>& weights, Activation activation,
                                       MatrixView<T> output, MatrixView<T> derivative) {
  const Timed timed(profile_, Room::products, both_products(input.rows, weights));
  backend_->feed_forward(input, weights, activation, output, derivative);
}

template <class T>
void ProfilingBackend<T>::feed_forward_d_input(ConstMatrixView<T> d_output,
                                               const FeedForwardWeights<T>& weights,
                                               ConstMatrixView<T> derivative, MatrixView<T> d_input,
                                               Write write) {
  const Timed timed(profile_, Room::products, both_products(d_output.rows, weights));
  backend_->feed_forward_d_input(d_output, weights, derivative, d_input, write);
}

template <class T>
void ProfilingBackend<T>::layer_norm(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                                     ConstMatrixView<T> scale, ConstMatrixView<T> shift,
                                     double epsilon, MatrixView<T> normalized,
                                     MatrixView<T> inverse_deviation, MatrixView<T> output) {
  const Timed timed(profile_, Room::row_work);
  backend_->layer_norm(input, residual, scale, shift, epsilon, normalized, inverse_deviation,
                       output);
}

template <class T>
void ProfilingBackend<T>::layer_norm_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                             ConstMatrixView<T> normalized,
                                             ConstMatrixView<T> inverse_deviation,
                                             MatrixView<T> d_input) {
  const Timed timed(profile_, Room::row_work);
  backend_->layer_norm_d_input(d_output, scale, normalized, inverse_deviation, d_input);
}

template <class T>
void ProfilingBackend<T>::attention(const AttentionInput<T>& input, MatrixView<T> context,
                                    MatrixView<T> log_sum_exp) {
  const Timed timed(profile_, Room::attention, 2 * scores(input));
  backend_->attention(input, context, log_sum_exp);
}

template <class T>
void ProfilingBackend<T>::attention_d_input(const AttentionInput<T>& input,
                                            const AttentionResult<T>& result,
                                            ConstMatrixView<T> d_context, MatrixView<T> d_query,
                                            MatrixView<T> d_key, MatrixView<T> d_value) {
  const Timed timed(profile_, Room::attention, 5 * scores(input));
  backend_->attention_d_input(input, result, d_context, d_query, d_key, d_value);
}

template class ProfilingBackend<float>;
template class ProfilingBackend<double>;

}  // namespace integrad
