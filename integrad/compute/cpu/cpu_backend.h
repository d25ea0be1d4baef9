// The fast backend: numbers kept in float32, matrix products in float32 or bfloat16, own kernels
// chosen by instruction set at run time, OpenMP over tiles, rows and heads.
#pragma once

#include <vector>

#include "integrad/compute/backend.h"
#include "integrad/compute/cpu/product.h"
#include "integrad/compute/cpu/row_kernels.h"

namespace integrad {

class CpuBackend final : public Backend<float> {
 public:
  /// `threads` 0: as many as OpenMP would use.
  CpuBackend(int threads, Precision precision);

  std::string_view name() const override { return "cpu"; }
  void keep_weights(Index bytes) override { products_.keep_factors(bytes); }
  void linear(ConstMatrixView<float> input, ConstMatrixView<float> weight,
              ConstMatrixView<float> bias, MatrixView<float> output) override;
  void linear_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> weight,
                      MatrixView<float> d_input, Write write) override;
  void linear_d_weight(ConstMatrixView<float> d_output, ConstMatrixView<float> input,
                       MatrixView<float> d_weight, MatrixView<float> d_bias) override;
  void feed_forward(ConstMatrixView<float> input, const FeedForwardWeights<float>& weights,
                    Activation activation, MatrixView<float> output,
                    MatrixView<float> derivative) override;
  void feed_forward_d_input(ConstMatrixView<float> d_output,
                            const FeedForwardWeights<float>& weights,
                            ConstMatrixView<float> derivative, MatrixView<float> d_input,
                            Write write) override;
  void activate(ConstMatrixView<float> input, Activation activation, MatrixView<float> output,
                MatrixView<float> derivative) override;
  void multiply(ConstMatrixView<float> d_output, ConstMatrixView<float> factor,
                MatrixView<float> d_input) override;
  void gated_feed_forward(ConstMatrixView<float> input, const FeedForwardWeights<float>& weights,
                          Activation activation, MatrixView<float> output,
                          MatrixView<float> slopes) override;
  void gated_feed_forward_d_input(ConstMatrixView<float> d_output,
                                  const FeedForwardWeights<float>& weights,
                                  ConstMatrixView<float> slopes,
                                  MatrixView<float> d_input) override;
  void affine(ConstMatrixView<float> input, ConstMatrixView<float> residual,
              ConstMatrixView<float> scale, ConstMatrixView<float> shift,
              MatrixView<float> output) override;
  void affine_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                      MatrixView<float> d_input) override;
  void layer_norm(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                  ConstMatrixView<float> scale, ConstMatrixView<float> shift, double epsilon,
                  MatrixView<float> normalized, MatrixView<float> inverse_deviation,
                  MatrixView<float> output) override;
  void layer_norm_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                          ConstMatrixView<float> normalized,
                          ConstMatrixView<float> inverse_deviation,
                          MatrixView<float> d_input) override;
  void layer_norm_d_parameters(ConstMatrixView<float> d_output, ConstMatrixView<float> normalized,
                               MatrixView<float> d_scale, MatrixView<float> d_shift) override;
  void drop_out(const Dropout& dropout, ConstMatrixView<float> input,
                MatrixView<float> output) override;
  void rotate(const Rotation& rotation, ConstMatrixView<float> input,
              MatrixView<float> output) override;
  void rotate_d_input(const Rotation& rotation, ConstMatrixView<float> d_output,
                      MatrixView<float> d_input) override;
  void attention(const AttentionInput<float>& input, MatrixView<float> context,
                 MatrixView<float> log_sum_exp) override;
  void attention_d_input(const AttentionInput<float>& input, const AttentionResult<float>& result,
                         ConstMatrixView<float> d_context, MatrixView<float> d_query,
                         MatrixView<float> d_key, MatrixView<float> d_value) override;
  void disentangled_attention(const AttentionInput<float>& input,
                              const RelativePositions<float>& positions, MatrixView<float> context,
                              MatrixView<float> log_sum_exp) override;
  void disentangled_attention_d_input(const AttentionInput<float>& input,
                                      const RelativePositions<float>& positions,
                                      const AttentionResult<float>& result,
                                      ConstMatrixView<float> d_context, MatrixView<float> d_query,
                                      MatrixView<float> d_key, MatrixView<float> d_value) override;

 private:
  /// One head of one sequence, a set for each thread.
  struct Scratch {
    Matrix<float> scores;      // (queries × keys); backward: transposed, then probabilities
    Matrix<float> d_scores;    // (keys × queries)
    Matrix<float> transposed;  // (d or queries × keys)
    Matrix<float> d_query;     // (d × queries)
    Matrix<float> by_slot;     // (queries or keys × slots): of disentangled attention
    Matrix<float> normalizer;  // (1 × queries)
    Matrix<float> mean;        // (1 × queries)
    Matrix<float> sum;         // (1 × queries)
    Matrix<float> row;         // (2 × inner size): of a gated feed-forward
    Matrix<float> factors;     // (queries × keys) or transposed: of a dropout
  };
  /// Cosines and sines of a rotation's angles, made once; grows to the longest sequence.
  struct Angles {
    double base;
    Matrix<float> cosines, sines;  // (rows × d/2)
  };
  const Angles& angles(const Rotation& rotation, Index half);
  void turn(const Rotation& rotation, float direction, ConstMatrixView<float> input,
            MatrixView<float> output);
  /// Rows of sequence s and columns of head h of what attention reads.
  struct Head;
  struct Strip;
  void head_forward(const Head& head, const Strip& strip, MatrixView<float> context,
                    MatrixView<float> log_sum_exp, int thread);
  void head_backward(const Head& head, const Strip& strip, const AttentionResult<float>& result,
                     ConstMatrixView<float> d_context, MatrixView<float> d_query,
                     MatrixView<float> d_key, MatrixView<float> d_value, int thread);
  /// dQ = dS·K of dSᵀ (keys × queries), by way of whichever transpose is smaller, dS's or K's.
  void d_query_of(ConstMatrixView<float> d_scores, ConstMatrixView<float> key,
                  MatrixView<float> d_query, int thread);
  /// The same of disentangled attention, and what its rows meet in rows of the other kind.
  struct DisentangledHead;
  struct Meeting;
  /// scores (rows × others) += row · position that it meets; the derivative adds to d_rows.
  void add_meetings(ConstMatrixView<float> rows, const Meeting& meeting, MatrixView<float> scores,
                    int thread);
  void add_meetings_d_rows(ConstMatrixView<float> d_scores, const Meeting& meeting,
                           MatrixView<float> d_rows, int thread);
  /// scores (rows × others), without their scale; neither kind is special.
  void disentangled_scores(ConstMatrixView<float> rows, const Meeting& of_rows,
                           ConstMatrixView<float> others, const Meeting& of_others,
                           MatrixView<float> scores, int thread);
  void disentangled_forward(const DisentangledHead& head, MatrixView<float> context,
                            MatrixView<float> log_sum_exp, int thread);
  void disentangled_backward(const DisentangledHead& head, const AttentionResult<float>& result,
                             ConstMatrixView<float> d_context, MatrixView<float> d_query,
                             MatrixView<float> d_key, MatrixView<float> d_value, int thread);

  int threads_;
  const cpu::RowKernels& kernels_;
  cpu::Products products_;
  std::vector<Scratch> scratch_;
  std::vector<Angles> angles_;
  Matrix<float> gated_;       // (rows × inner size): derivatives of a gated feed-forward's middle
  Matrix<float> between_;     // (rows × words of the inner size): the middle of a feed-forward
  Matrix<float> transposed_;  // (columns × rows of a block): of a derivative
};

}  // namespace integrad
