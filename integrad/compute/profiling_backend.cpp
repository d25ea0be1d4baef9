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
    const Index keys = input.key_rows.length(s);
    const Index seen = input.window > 0 ? std::min(keys, 2 * input.window + 1) : keys;
    pairs += static_cast<double>(input.query_rows.length(s)) * static_cast<double>(seen);
  }
  return 2.0 * pairs * static_cast<double>(input.query.columns);
}

/// Products of queries and of keys with the positions that they meet.
template <class T>
double meetings(const AttentionInput<T>& input, const RelativePositions<T>& positions) {
  double vectors = 0;
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    const auto meet = [&](Index rows, Index others) {
      if (rows == 0 || others == 0) return;
      const Index slots = positions.slot(others - 1) - positions.slot(1 - rows) + 1;
      vectors += static_cast<double>(rows * (others == 1 ? 1 : slots));
    };
    const Index queries = input.query_rows.length(s), keys = input.key_rows.length(s);
    if (!positions.key.empty()) meet(queries, keys);
    if (!positions.query.empty()) meet(keys, queries);
  }
  return 2.0 * vectors * static_cast<double>(input.query.columns);
}

}  // namespace

template <class T>
void ProfilingBackend<T>::linear(ConstMatrixView<T> input, ConstMatrixView<T> weight,
                                 ConstMatrixView<T> bias, MatrixView<T> output) {
  const Timed timed(profile_, Room::products, product(input.rows, weight.columns, weight.rows));
  backend_->linear(input, weight, bias, output);
}

template <class T>
void ProfilingBackend<T>::linear_d_weight(ConstMatrixView<T> d_output, ConstMatrixView<T> input,
                                          MatrixView<T> d_weight, MatrixView<T> d_bias) {
  const Timed timed(profile_, Room::products,
                    product(d_output.rows, d_output.columns, input.columns));
  backend_->linear_d_weight(d_output, input, d_weight, d_bias);
}

template <class T>
void ProfilingBackend<T>::layer_norm_d_parameters(ConstMatrixView<T> d_output,
                                                  ConstMatrixView<T> normalized,
                                                  MatrixView<T> d_scale, MatrixView<T> d_shift) {
  const Timed timed(profile_, Room::row_work);
  backend_->layer_norm_d_parameters(d_output, normalized, d_scale, d_shift);
}

template <class T>
void ProfilingBackend<T>::drop_out(const Dropout& dropout, ConstMatrixView<T> input,
                                   MatrixView<T> output) {
  const Timed timed(profile_, Room::row_work);
  backend_->drop_out(dropout, input, output);
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
void ProfilingBackend<T>::activate(ConstMatrixView<T> input, Activation activation,
                                   MatrixView<T> output, MatrixView<T> derivative) {
  const Timed timed(profile_, Room::row_work);
  backend_->activate(input, activation, output, derivative);
}

template <class T>
void ProfilingBackend<T>::multiply(ConstMatrixView<T> d_output, ConstMatrixView<T> factor,
                                   MatrixView<T> d_input) {
  const Timed timed(profile_, Room::row_work);
  backend_->multiply(d_output, factor, d_input);
}

template <class T>
void ProfilingBackend<T>::gated_feed_forward(ConstMatrixView<T> input,
                                             const FeedForwardWeights<T>& weights,
                                             Activation activation, MatrixView<T> output,
                                             MatrixView<T> slopes) {
  const Timed timed(profile_, Room::products, both_products(input.rows, weights));
  backend_->gated_feed_forward(input, weights, activation, output, slopes);
}

template <class T>
void ProfilingBackend<T>::gated_feed_forward_d_input(ConstMatrixView<T> d_output,
                                                     const FeedForwardWeights<T>& weights,
                                                     ConstMatrixView<T> slopes,
                                                     MatrixView<T> d_input) {
  const Timed timed(profile_, Room::products, both_products(d_output.rows, weights));
  backend_->gated_feed_forward_d_input(d_output, weights, slopes, d_input);
}

template <class T>
void ProfilingBackend<T>::affine(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                                 ConstMatrixView<T> scale, ConstMatrixView<T> shift,
                                 MatrixView<T> output) {
  const Timed timed(profile_, Room::row_work);
  backend_->affine(input, residual, scale, shift, output);
}

template <class T>
void ProfilingBackend<T>::affine_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                         MatrixView<T> d_input) {
  const Timed timed(profile_, Room::row_work);
  backend_->affine_d_input(d_output, scale, d_input);
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
void ProfilingBackend<T>::rotate(const Rotation& rotation, ConstMatrixView<T> input,
                                 MatrixView<T> output) {
  const Timed timed(profile_, Room::row_work);
  backend_->rotate(rotation, input, output);
}

template <class T>
void ProfilingBackend<T>::rotate_d_input(const Rotation& rotation, ConstMatrixView<T> d_output,
                                         MatrixView<T> d_input) {
  const Timed timed(profile_, Room::row_work);
  backend_->rotate_d_input(rotation, d_output, d_input);
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

template <class T>
void ProfilingBackend<T>::disentangled_attention(const AttentionInput<T>& input,
                                                 const RelativePositions<T>& positions,
                                                 MatrixView<T> context, MatrixView<T> log_sum_exp) {
  const Timed timed(profile_, Room::attention, 2 * scores(input) + meetings(input, positions));
  backend_->disentangled_attention(input, positions, context, log_sum_exp);
}

template <class T>
void ProfilingBackend<T>::disentangled_attention_d_input(const AttentionInput<T>& input,
                                                         const RelativePositions<T>& positions,
                                                         const AttentionResult<T>& result,
                                                         ConstMatrixView<T> d_context,
                                                         MatrixView<T> d_query, MatrixView<T> d_key,
                                                         MatrixView<T> d_value) {
  const Timed timed(profile_, Room::attention, 5 * scores(input) + 2 * meetings(input, positions));
  backend_->disentangled_attention_d_input(input, positions, result, d_context, d_query, d_key,
                                           d_value);
}

template class ProfilingBackend<float>;
template class ProfilingBackend<double>;

}  // namespace integrad
