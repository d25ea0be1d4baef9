// The fast backend in float32: oneDNN for matrix products, own row kernels for the rest, OpenMP
// over rows and heads. The only folder that includes oneDNN.
#pragma once

#include <vector>

#include "integrad/compute/backend.h"
#include "integrad/compute/cpu/gemm.h"
#include "integrad/compute/cpu/row_kernels.h"

namespace integrad {

class CpuBackend final : public Backend<float> {
 public:
  /// `threads` 0: as many as OpenMP would use.
  explicit CpuBackend(int threads);

  std::string_view name() const override { return "cpu"; }
  void linear(ConstMatrixView<float> input, ConstMatrixView<float> weight,
              ConstMatrixView<float> bias, MatrixView<float> output) override;
  void linear_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> weight,
                      MatrixView<float> d_input, Write write) override;
  void layer_norm(ConstMatrixView<float> input, ConstMatrixView<float> residual,
                  ConstMatrixView<float> scale, ConstMatrixView<float> shift, double epsilon,
                  MatrixView<float> normalized, MatrixView<float> inverse_deviation,
                  MatrixView<float> output) override;
  void layer_norm_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> scale,
                          ConstMatrixView<float> normalized,
                          ConstMatrixView<float> inverse_deviation,
                          MatrixView<float> d_input) override;
  void activate(Activation activation, ConstMatrixView<float> input, MatrixView<float> output,
                MatrixView<float> derivative) override;
  void activate_d_input(ConstMatrixView<float> d_output, ConstMatrixView<float> derivative,
                        MatrixView<float> d_input) override;
  void attention(const AttentionInput<float>& input, MatrixView<float> context,
                 MatrixView<float> log_sum_exp) override;
  void attention_d_input(const AttentionInput<float>& input, ConstMatrixView<float> log_sum_exp,
                         ConstMatrixView<float> d_context, MatrixView<float> d_query,
                         MatrixView<float> d_key, MatrixView<float> d_value) override;

 private:
  /// Scores and their derivative of one head at a time, a pair for each thread.
  struct Scratch {
    Matrix<float> scores;    // (queries × keys)
    Matrix<float> d_scores;  // (queries × keys)
  };
  void prepare_scratch(const AttentionInput<float>& input, bool derivative);
  /// A product whose rows have the same bits whatever their number (AVX-512; else to rounding).
  void product(ConstMatrixView<float> a, ConstMatrixView<float> b, MatrixView<float> c,
               const cpu::GemmOptions& options);

  int threads_;
  const cpu::RowKernels& kernels_;
  std::vector<Scratch> scratch_;
  Matrix<float> few_rows_, few_results_;  // (16 × columns)
};

}  // namespace integrad
