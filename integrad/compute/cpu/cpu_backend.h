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
  void feed_forward(ConstMatrixView<float> input, const FeedForwardWeights<float>& weights,
                    Activation activation, MatrixView<float> output,
                    MatrixView<float> derivative) override;
  void feed_forward_d_input(ConstMatrixView<float> d_output,
                            const FeedForwardWeights<float>& weights,
                            ConstMatrixView<float> derivative, MatrixView<float> d_input,
                            Write write) override;
  void layer_norm(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                  ConstMatrixView<float> scale, ConstMatrixView<float> shift, double epsilon,
                  MatrixView<float> normalized, MatrixView<float> inverse_deviation,
                  MatrixView<float> output) override;
  void layer_norm_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                          ConstMatrixView<float> normalized,
                          ConstMatrixView<float> inverse_deviation,
                          MatrixView<float> d_input) override;
  void attention(const AttentionInput<float>& input, MatrixView<float> context,
                 MatrixView<float> log_sum_exp) override;
  void attention_d_input(const AttentionInput<float>& input, const AttentionResult<float>& result,
                         ConstMatrixView<float> d_context, MatrixView<float> d_query,
                         MatrixView<float> d_key, MatrixView<float> d_value) override;

 private:
  /// One head of one sequence, a set for each thread.
  struct Scratch {
    Matrix<float> scores;      // (queries × keys); backward: transposed, then probabilities
    Matrix<float> d_scores;    // (keys × queries)
    Matrix<float> transposed;  // (d or queries × keys)
    Matrix<float> d_query;     // (d × queries)
    Matrix<float> normalizer;  // (1 × queries)
    Matrix<float> mean;        // (1 × queries)
    Matrix<float> sum;         // (1 × queries)
  };
  /// Rows of sequence s and columns of head h of what attention reads.
  struct Head;
  void head_forward(const Head& head, MatrixView<float> context, MatrixView<float> log_sum_exp,
                    int thread);
  void head_backward(const Head& head, const AttentionResult<float>& result,
                     ConstMatrixView<float> d_context, MatrixView<float> d_query,
                     MatrixView<float> d_key, MatrixView<float> d_value, int thread);

  int threads_;
  const cpu::RowKernels& kernels_;
  cpu::Products products_;
  std::vector<Scratch> scratch_;
  Matrix<float> between_;  // (rows × words of the inner size): the middle of a feed-forward
};

}  // namespace integrad
