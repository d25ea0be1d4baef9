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
    Matrix<T> qkv;    // (rows × 3·hidden); of chosen rows: keys and values (rows × 2·hidden)
    Matrix<T> query;  // of chosen rows: (chosen × hidden)
    Matrix<T> log_sum_exp;  // (rows × heads)
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> context;  // (rows × hidden), also its derivative
    Matrix<T> d_qkv;    // (rows × 3·hidden)
    Matrix<T> d_query;  // (chosen × hidden)
  };

  SelfAttention() = default;
  SelfAttention(Index hidden, Index heads_)
      : qkv(hidden, 3 * hidden), output(hidden, hidden), heads(heads_) {}

  /// result (rows × hidden) of every row.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> result, Trace& trace, Scratch& scratch) const {
    const Index hidden = input.columns;
    trace.qkv.resize(input.rows, 3 * hidden);
    trace.log_sum_exp.resize(input.rows, heads);
    scratch.context.resize(input.rows, hidden);
    qkv.forward(backend, input, trace.qkv);
    backend.attention(operands(sequences, trace), scratch.context, trace.log_sum_exp);
    output.forward(backend, scratch.context, result);
  }
  /// Adds to or replaces d_input.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_result, MatrixView<T> d_input, Write write,
                Scratch& scratch) const {
    const Index hidden = d_result.columns;
    scratch.context.resize(d_result.rows, hidden);
    scratch.d_qkv.resize(d_result.rows, 3 * hidden);
    const MatrixView<T> d_qkv = scratch.d_qkv;
    output.backward(backend, d_result, scratch.context);
    backend.attention_d_input(operands(sequences, trace), trace.log_sum_exp, scratch.context,
                              d_qkv.column_range(0, hidden), d_qkv.column_range(hidden, hidden),
                              d_qkv.column_range(2 * hidden, hidden));
    qkv.backward(backend, d_qkv, d_input, write);
  }

  /// Only of one row a sequence, whose inputs are `chosen` (sequences × hidden): every row gives
  /// its key and value, only the chosen rows ask. result (sequences × hidden).
  void forward_chosen(Backend<T>& backend, const Sequences& sequences, const Sequences& ones,
                      ConstMatrixView<T> input, ConstMatrixView<T> chosen, MatrixView<T> result,
                      Trace& trace, Scratch& scratch) const {
    const Index hidden = input.columns;
    trace.qkv.resize(input.rows, 2 * hidden);
    trace.query.resize(chosen.rows, hidden);
    trace.log_sum_exp.resize(chosen.rows, heads);
    scratch.context.resize(chosen.rows, hidden);
    backend.linear(input, qkv.weight.view().row_range(hidden, 2 * hidden),
                   qkv.bias.view().column_range(hidden, 2 * hidden), trace.qkv);
    backend.linear(chosen, qkv.weight.view().row_range(0, hidden),
                   qkv.bias.view().column_range(0, hidden), trace.query);
    backend.attention(chosen_operands(sequences, ones, trace), scratch.context, trace.log_sum_exp);
    output.forward(backend, scratch.context, result);
  }
  /// Replaces d_input (through keys and values), adds to d_chosen (through queries).
  void backward_chosen(Backend<T>& backend, const Sequences& sequences, const Sequences& ones,
                       const Trace& trace, ConstMatrixView<T> d_result, MatrixView<T> d_input,
                       MatrixView<T> d_chosen, Scratch& scratch) const {
    const Index hidden = d_result.columns;
    scratch.context.resize(d_result.rows, hidden);
    scratch.d_query.resize(d_result.rows, hidden);
    scratch.d_qkv.resize(d_input.rows, 2 * hidden);
    const MatrixView<T> d_kv = scratch.d_qkv;
    output.backward(backend, d_result, scratch.context);
    backend.attention_d_input(chosen_operands(sequences, ones, trace), trace.log_sum_exp,
                              scratch.context, scratch.d_query, d_kv.column_range(0, hidden),
                              d_kv.column_range(hidden, hidden));
    backend.linear_d_input(scratch.d_query, qkv.weight.view().row_range(0, hidden), d_chosen,
                           Write::add);
    backend.linear_d_input(d_kv, qkv.weight.view().row_range(hidden, 2 * hidden), d_input,
                           Write::replace);
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

 private:
  AttentionInput<T> operands(const Sequences& sequences, const Trace& trace) const {
    const ConstMatrixView<T> all = trace.qkv.view();
    const Index hidden = all.columns / 3;
    return {sequences,
            sequences,
            heads,
            all.column_range(0, hidden),
            all.column_range(hidden, hidden),
            all.column_range(2 * hidden, hidden)};
  }
  AttentionInput<T> chosen_operands(const Sequences& sequences, const Sequences& ones,
                                    const Trace& trace) const {
    const ConstMatrixView<T> key_value = trace.qkv.view();
    const Index hidden = key_value.columns / 2;
    return {ones,
            sequences,
            heads,
            trace.query.view(),
            key_value.column_range(0, hidden),
            key_value.column_range(hidden, hidden)};
  }
};

}  // namespace integrad
