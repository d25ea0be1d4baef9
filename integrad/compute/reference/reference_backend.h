// The specification of every backend call: plain loops on any scalar. Slow, obvious, no dependency.
#pragma once

#include "integrad/compute/backend.h"

namespace integrad {

/// Instantiated for float, double and Dual.
template <class T>
class ReferenceBackend final : public Backend<T> {
 public:
  std::string_view name() const override { return "reference"; }
  void linear(ConstMatrixView<T> input, ConstMatrixView<T> weight, ConstMatrixView<T> bias,
              MatrixView<T> output) override;
  void linear_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> weight, MatrixView<T> d_input,
                      Write write) override;
  void linear_d_weight(ConstMatrixView<T> d_output, ConstMatrixView<T> input,
                       MatrixView<T> d_weight, MatrixView<T> d_bias) override;
  void feed_forward(ConstMatrixView<T> input, const FeedForwardWeights<T>& weights,
                    Activation activation, MatrixView<T> output, MatrixView<T> derivative) override;
  void feed_forward_d_input(ConstMatrixView<T> d_output, const FeedForwardWeights<T>& weights,
                            ConstMatrixView<T> derivative, MatrixView<T> d_input,
                            Write write) override;
  void activate(ConstMatrixView<T> input, Activation activation, MatrixView<T> output,
                MatrixView<T> derivative) override;
  void multiply(ConstMatrixView<T> d_output, ConstMatrixView<T> factor,
                MatrixView<T> d_input) override;
  void gated_feed_forward(ConstMatrixView<T> input, const FeedForwardWeights<T>& weights,
                          Activation activation, MatrixView<T> output,
                          MatrixView<T> slopes) override;
  void gated_feed_forward_d_input(ConstMatrixView<T> d_output, const FeedForwardWeights<T>& weights,
                                  ConstMatrixView<T> slopes, MatrixView<T> d_input) override;
  void affine(ConstMatrixView<T> input, ConstMatrixView<T> residual, ConstMatrixView<T> scale,
              ConstMatrixView<T> shift, MatrixView<T> output) override;
  void affine_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                      MatrixView<T> d_input) override;
  void layer_norm(ConstMatrixView<T> input, ConstMatrixView<T> residual, ConstMatrixView<T> scale,
                  ConstMatrixView<T> shift, double epsilon, MatrixView<T> normalized,
                  MatrixView<T> inverse_deviation, MatrixView<T> output) override;
  void layer_norm_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                          ConstMatrixView<T> normalized, ConstMatrixView<T> inverse_deviation,
                          MatrixView<T> d_input) override;
  void layer_norm_d_parameters(ConstMatrixView<T> d_output, ConstMatrixView<T> normalized,
                               MatrixView<T> d_scale, MatrixView<T> d_shift) override;
  void drop_out(const Dropout& dropout, ConstMatrixView<T> input, MatrixView<T> output) override;
  void rotate(const Rotation& rotation, ConstMatrixView<T> input, MatrixView<T> output) override;
  void rotate_d_input(const Rotation& rotation, ConstMatrixView<T> d_output,
                      MatrixView<T> d_input) override;
  void attention(const AttentionInput<T>& input, MatrixView<T> context,
                 MatrixView<T> log_sum_exp) override;
  void attention_d_input(const AttentionInput<T>& input, const AttentionResult<T>& result,
                         ConstMatrixView<T> d_context, MatrixView<T> d_query, MatrixView<T> d_key,
                         MatrixView<T> d_value) override;
  void disentangled_attention(const AttentionInput<T>& input, const RelativePositions<T>& positions,
                              MatrixView<T> context, MatrixView<T> log_sum_exp) override;
  void disentangled_attention_d_input(const AttentionInput<T>& input,
                                      const RelativePositions<T>& positions,
                                      const AttentionResult<T>& result,
                                      ConstMatrixView<T> d_context, MatrixView<T> d_query,
                                      MatrixView<T> d_key, MatrixView<T> d_value) override;

 private:
  Matrix<T> between_;  // (rows × inner size) of a feed-forward
};

}  // namespace integrad
