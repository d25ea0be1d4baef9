// Multi-head self-attention with its output projection (Vaswani et al. 2017, arXiv 1706.03762).
#pragma once

#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct SelfAttention {
  Linear<T> qkv;     // queries, keys and values in one product: (3·hidden × hidden)
  Linear<T> output;  // (hidden × hidden)
  Index heads = 1;

  struct Trace {
    Matrix<T> qkv;          // (rows × 3·hidden)
    Matrix<T> log_sum_exp;  // (rows × heads)
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> context;  // (rows × hidden), also its derivative
    Matrix<T> d_qkv;    // (rows × 3·hidden)
  };

  SelfAttention() = default;
  SelfAttention(Index hidden, Index heads_)
      : qkv(hidden, 3 * hidden), output(hidden, hidden), heads(heads_) {}

  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> result, Trace& trace, Scratch& scratch) const {
    trace.qkv.resize(input.rows, 3 * input.columns);
    trace.log_sum_exp.resize(input.rows, heads);
    scratch.context.resize(input.rows, input.columns);
    qkv.forward(backend, input, trace.qkv);
    backend.attention(sequences, heads, trace.qkv, scratch.context, trace.log_sum_exp);
    output.forward(backend, scratch.context, result);
  }
  /// Adds to or replaces d_input.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_result, MatrixView<T> d_input, Write write,
                Scratch& scratch) const {
    scratch.context.resize(d_result.rows, d_result.columns);
    scratch.d_qkv.resize(d_result.rows, 3 * d_result.columns);
    output.backward(backend, d_result, scratch.context);
    backend.attention_d_input(sequences, heads, trace.qkv, trace.log_sum_exp,
                              scratch.context, scratch.d_qkv);
    qkv.backward(backend, scratch.d_qkv, d_input, write);
  }
  /// The three projections are rows of one matrix; each is visited under its own name.
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    const Index hidden = qkv.weight.columns();
    const char* const parts[] = {".query", ".key", ".value"};
    for (Index i = 0; i < 3; ++i) {
      visitor(name + parts[i] + ".weight", qkv.weight.view().row_range(i * hidden, hidden));
      visitor(name + parts[i] + ".bias", qkv.bias.view().column_range(i * hidden, hidden));
    }
    output.visit(name + ".output", visitor);
  }
};

}  // namespace integrad
