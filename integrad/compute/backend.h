// Arithmetic on views: every forward beside its derivatives, with respect to the data and, for
// training, to the weights. A backend knows matrices and sequences, never a weight's name or a
// token.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "integrad/base/matrix.h"
#include "integrad/compute/activation.h"
#include "integrad/compute/distance_bias.h"
#include "integrad/compute/dropout.h"
#include "integrad/compute/precision.h"
#include "integrad/compute/relative_positions.h"
#include "integrad/compute/sequences.h"

namespace integrad {

/// Whether a product replaces its output or is added to it.
enum class Write { replace, add };

/// What multi-head attention reads: queries of sequence s look at keys and values of sequence s.
/// Usually both have the same rows; where only some rows are read later, queries may be fewer.
/// Head h uses columns h·d … (h + 1)·d of each, d = hidden / heads; `scale`, usually 1/√d,
/// multiplies the scores. With a window, row i of a sequence's queries looks at row j of its keys
/// only where |i − j| ≤ window.
template <class T>
struct AttentionInput {
  const Sequences& query_rows;
  const Sequences& key_rows;
  Index heads;
  double scale;
  ConstMatrixView<T> query;   // (query rows × hidden)
  ConstMatrixView<T> key;     // (key rows × hidden)
  ConstMatrixView<T> value;   // (key rows × hidden)
  DistanceBias<T> bias = {};  // added to the scaled scores
  Index window = 0;           // 0: every key; not together with a bias
  Dropout dropout = {};       // of the probabilities, in training

  /// Keys [begin, end) of its sequence, which has `keys` of them, that query i looks at.
  struct Range {
    Index begin, end;
  };
  Range seen(Index i, Index keys) const {
    if (window == 0) return {0, keys};
    return {std::max<Index>(0, i - window), std::min(keys, i + window + 1)};
  }
};

/// What the derivative of attention reads of its forward.
template <class T>
struct AttentionResult {
  ConstMatrixView<T> context;      // (query rows × hidden)
  ConstMatrixView<T> log_sum_exp;  // (query rows × heads)
};

/// Two linear maps with an activation between them.
template <class T>
struct FeedForwardWeights {
  ConstMatrixView<T> inner;       // (inner × in)
  ConstMatrixView<T> inner_bias;  // (1 × inner)
  ConstMatrixView<T> outer;       // (out × inner)
  ConstMatrixView<T> outer_bias;  // (1 × out)
};

/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864): row i of a sequence turns columns
/// c and c + d/2 of each head, c < d/2, by the angle i · base^(−2c/d); d = columns / heads is even.
struct Rotation {
  const Sequences& sequences;
  Index heads;
  double base;
};

/// One per device and precision, one per Workspace, not shared between threads. Shapes are checked
/// at every call (std::logic_error: the caller's mistake, never the user's). Unless said otherwise
/// outputs may not overlap inputs. Notation: d_x is the derivative of the target with respect to x.
template <class T>
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  /// A promise that weights stay as and where they are while this backend lives, so that products
  /// may keep them in the form that they read, in at most so many bytes. Changes no result.
  virtual void keep_weights(Index /*bytes*/) {}

  /// output (rows × out) = input (rows × in) · weightᵀ + bias; weight (out × in), bias (1 × out) or
  /// empty.
  virtual void linear(ConstMatrixView<T> input, ConstMatrixView<T> weight, ConstMatrixView<T> bias,
                      MatrixView<T> output) = 0;
  /// d_input = d_output · weight, or += with Write::add.
  virtual void linear_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> weight,
                              MatrixView<T> d_input, Write write) = 0;

  /// d_weight += d_outputᵀ · input; d_bias, unless it is empty, += the sum of d_output's rows.
  virtual void linear_d_weight(ConstMatrixView<T> d_output, ConstMatrixView<T> input,
                               MatrixView<T> d_weight, MatrixView<T> d_bias) = 0;

  /// z = input · innerᵀ + inner bias; output = f(z) · outerᵀ + outer bias; derivative = f'(z), the
  /// only trace of the rows between (rows × inner size).
  virtual void feed_forward(ConstMatrixView<T> input, const FeedForwardWeights<T>& weights,
                            Activation activation, MatrixView<T> output,
                            MatrixView<T> derivative) = 0;
  /// d_z = (d_output · outer) ∘ derivative; d_input = d_z · inner, or += with Write::add, and then
  /// d_input may be d_output.
  virtual void feed_forward_d_input(ConstMatrixView<T> d_output,
                                    const FeedForwardWeights<T>& weights,
                                    ConstMatrixView<T> derivative, MatrixView<T> d_input,
                                    Write write) = 0;

  /// output = f(input), derivative = f'(input), entry by entry; output may be input.
  virtual void activate(ConstMatrixView<T> input, Activation activation, MatrixView<T> output,
                        MatrixView<T> derivative) = 0;
  /// d_input = d_output ∘ factor: an activation's derivative. d_input may be d_output.
  virtual void multiply(ConstMatrixView<T> d_output, ConstMatrixView<T> factor,
                        MatrixView<T> d_input) = 0;

  /// [a | g] = input · innerᵀ + inner bias, two halves of 2 · inner columns; output = (f(a) ∘ g) ·
  /// outerᵀ + outer bias (Shazeer 2020, arXiv 2002.05202). slopes = [f'(a) ∘ g | f(a)] (rows × 2 ·
  /// inner), the only trace; weights.inner (2 · inner × in), weights.outer (out × inner).
  virtual void gated_feed_forward(ConstMatrixView<T> input, const FeedForwardWeights<T>& weights,
                                  Activation activation, MatrixView<T> output,
                                  MatrixView<T> slopes) = 0;
  /// d_m = d_output · outer; d_input = ([d_m | d_m] ∘ slopes) · inner.
  virtual void gated_feed_forward_d_input(ConstMatrixView<T> d_output,
                                          const FeedForwardWeights<T>& weights,
                                          ConstMatrixView<T> slopes, MatrixView<T> d_input) = 0;

  /// output = (input + residual) ∘ scale + shift; scale and shift (1 × columns). Each of residual,
  /// scale and shift may be empty. output may be input or residual.
  virtual void affine(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                      ConstMatrixView<T> scale, ConstMatrixView<T> shift, MatrixView<T> output) = 0;
  /// d_input = d_output ∘ scale, the derivative with respect to input and residual alike. d_input
  /// may be d_output.
  virtual void affine_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                              MatrixView<T> d_input) = 0;

  /// normalized = (z − mean(z)) / √(var(z) + ε) a row, z = input + residual (residual may be
  /// empty), biased variance; output = normalized ∘ scale + shift. inverse_deviation (rows × 1)
  /// and normalized are kept for the derivative. output may be input or residual.
  virtual void layer_norm(ConstMatrixView<T> input, ConstMatrixView<T> residual,
                          ConstMatrixView<T> scale, ConstMatrixView<T> shift, double epsilon,
                          MatrixView<T> normalized, MatrixView<T> inverse_deviation,
                          MatrixView<T> output) = 0;
  /// With g = d_output ∘ scale: d_input = (g − mean(g) − normalized · mean(g ∘ normalized)) ·
  /// inverse_deviation; the derivative with respect to z. d_input may be d_output.
  virtual void layer_norm_d_input(ConstMatrixView<T> d_output, ConstMatrixView<T> scale,
                                  ConstMatrixView<T> normalized,
                                  ConstMatrixView<T> inverse_deviation, MatrixView<T> d_input) = 0;

  /// d_scale += Σ d_output ∘ normalized, d_shift += Σ d_output, sums over rows.
  virtual void layer_norm_d_parameters(ConstMatrixView<T> d_output, ConstMatrixView<T> normalized,
                                       MatrixView<T> d_scale, MatrixView<T> d_shift) = 0;

  /// output = input ∘ factors, entry r · columns + c of the dropout's for row r, column c; the
  /// derivative is the same call. output may be input.
  virtual void drop_out(const Dropout& dropout, ConstMatrixView<T> input, MatrixView<T> output) = 0;

  /// output = input turned: (a, b) of columns c and c + d/2 become (a cos − b sin, b cos + a sin).
  /// output may be input.
  virtual void rotate(const Rotation& rotation, ConstMatrixView<T> input, MatrixView<T> output) = 0;
  /// The same backwards: a rotation's transpose is its inverse. d_input may be d_output.
  virtual void rotate_d_input(const Rotation& rotation, ConstMatrixView<T> d_output,
                              MatrixView<T> d_input) = 0;

  /// P = softmax(scale · Q·Kᵀ + bias) row by row, context (query rows × hidden) = P·V, all heads
  /// and sequences in one call. With dropout context = (P ∘ factors)·V, entries as dropout_row
  /// says. log_sum_exp (query rows × heads) keeps the softmax normaliser, from which P is made
  /// again.
  virtual void attention(const AttentionInput<T>& input, MatrixView<T> context,
                         MatrixView<T> log_sum_exp) = 0;
  /// dV = Pᵀ·dC, dP = dC·Vᵀ, dS = scale · P ∘ (dP − rowsum(P ∘ dP)), dQ = dS·K, dK = dSᵀ·Q. With
  /// the forward's context C, rowsum(P ∘ dP) is rowsum(C ∘ dC) of a head's columns. With dropout
  /// dV = (P ∘ factors)ᵀ·dC and dP = (dC·Vᵀ) ∘ factors.
  virtual void attention_d_input(const AttentionInput<T>& input, const AttentionResult<T>& result,
                                 ConstMatrixView<T> d_context, MatrixView<T> d_query,
                                 MatrixView<T> d_key, MatrixView<T> d_value) = 0;

  /// attention with scores S_ij = scale · (q_i·k_j + q_i·a(j − i) + k_j·b(i − j)), where a is the
  /// row of positions.key for a distance and b that of positions.query (He et al. 2021, arXiv
  /// 2006.03654, eq. 4). Row i of a sequence's queries stands where row i of its keys does. input
  /// has neither bias nor window.
  virtual void disentangled_attention(const AttentionInput<T>& input,
                                      const RelativePositions<T>& positions, MatrixView<T> context,
                                      MatrixView<T> log_sum_exp) = 0;
  /// With dS and dV as in attention_d_input: dQ_i = Σ_j dS_ij (k_j + a(j − i)), dK_j = Σ_i dS_ij
  /// (q_i + b(i − j)). Positions are constants.
  virtual void disentangled_attention_d_input(const AttentionInput<T>& input,
                                              const RelativePositions<T>& positions,
                                              const AttentionResult<T>& result,
                                              ConstMatrixView<T> d_context, MatrixView<T> d_query,
                                              MatrixView<T> d_key, MatrixView<T> d_value) = 0;
};

/// "cpu" (float only) or "reference" (float, double). `threads` 0: one a core; the reference uses
/// one. Throws UsageError naming what is built for an unknown name, or a precision that the backend
/// does not know: bf16 products are the cpu backend's alone.
template <class T>
std::unique_ptr<Backend<T>> make_backend(std::string_view name, int threads = 0,
                                         Precision precision = Precision::f32);

/// How many threads `threads` means: itself, or for 0 as many as OpenMP would use.
int thread_count(int threads);

}  // namespace integrad
