// Self-attention with rotary positions and, in some layers, a local window (ModernBERT: Warner et
// al. 2024, arXiv 2412.13663). Queries and keys are turned by their row's number, values are not.
#pragma once

#include <cmath>
#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct ModernAttention {
  Linear<T> qkv;     // queries, keys and values in one product: (3·hidden × hidden)
  Linear<T> output;  // (hidden × hidden)
  Index heads = 1;
  Index window = 0;  // farthest key in rows; 0: every key
  double base = 1;   // of the rotation's angles

  struct Trace {
    Matrix<T> qkv;          // (rows × 3·hidden), turned; of first rows: (rows × 2·hidden)
    Matrix<T> query;        // of first rows: (sequences × hidden)
    Matrix<T> context;      // (query rows × hidden)
    Matrix<T> log_sum_exp;  // (query rows × heads)
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> d_context;  // (query rows × hidden)
    Matrix<T> d_qkv;      // (rows × 3·hidden); of first rows: (rows × 2·hidden)
    Matrix<T> d_query;    // of first rows: (sequences × hidden)
  };

  ModernAttention() = default;
  ModernAttention(Index hidden, Index heads_, Index window_, double base_, bool biased)
      : qkv(hidden, 3 * hidden, biased),
        output(hidden, hidden, biased),
        heads(heads_),
        window(window_),
        base(base_) {}

  /// input (rows × hidden) -> result (rows × hidden).
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> result, Trace& trace) const {
    const Index hidden = input.columns;
    trace.qkv.resize(input.rows, 3 * hidden);
    qkv.forward(backend, input, trace.qkv);
    const MatrixView<T> turned = trace.qkv.view().column_range(0, 2 * hidden);
    backend.rotate({sequences, 2 * heads, base}, turned, turned);
    attend(backend, all_rows(sequences, trace), result, trace);
  }
  /// d_result (rows × hidden) -> d_input (rows × hidden), replaced.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_result, MatrixView<T> d_input, Scratch& scratch) const {
    const Index hidden = d_result.columns;
    scratch.d_qkv.resize(d_result.rows, 3 * hidden);
    const MatrixView<T> d_qkv = scratch.d_qkv;
    attend_backward(backend, all_rows(sequences, trace), trace, d_result,
                    d_qkv.column_range(0, hidden), d_qkv.column_range(hidden, 2 * hidden), scratch);
    const MatrixView<T> d_turned = d_qkv.column_range(0, 2 * hidden);
    backend.rotate_d_input({sequences, 2 * heads, base}, d_turned, d_turned);
    qkv.backward(backend, d_qkv, d_input);
  }

  /// Of the first row of each sequence only, which no rotation turns: first (sequences × hidden)
  /// asks `rows` (rows × hidden); `ones` has one row a sequence. result (sequences × hidden).
  void forward_first(Backend<T>& backend, const Sequences& sequences, const Sequences& ones,
                     ConstMatrixView<T> rows, ConstMatrixView<T> first, MatrixView<T> result,
                     Trace& trace) const {
    const Index hidden = rows.columns;
    trace.query.resize(first.rows, hidden);
    trace.qkv.resize(rows.rows, 2 * hidden);
    backend.linear(first, weight(0, hidden), bias(0, hidden), trace.query);
    backend.linear(rows, weight(hidden, 2 * hidden), bias(hidden, 2 * hidden), trace.qkv);
    const MatrixView<T> turned = trace.qkv.view().column_range(0, hidden);
    backend.rotate({sequences, heads, base}, turned, turned);
    attend(backend, first_rows(sequences, ones, trace), result, trace);
  }
  /// d_result (sequences × hidden) -> d_rows (rows × hidden), through keys and values, and d_first
  /// (sequences × hidden), through the query; both replaced.
  void backward_first(Backend<T>& backend, const Sequences& sequences, const Sequences& ones,
                      const Trace& trace, ConstMatrixView<T> d_result, MatrixView<T> d_rows,
                      MatrixView<T> d_first, Scratch& scratch) const {
    const Index hidden = d_rows.columns;
    scratch.d_qkv.resize(d_rows.rows, 2 * hidden);
    scratch.d_query.resize(d_first.rows, hidden);
    attend_backward(backend, first_rows(sequences, ones, trace), trace, d_result, scratch.d_query,
                    scratch.d_qkv, scratch);
    const MatrixView<T> d_turned = scratch.d_qkv.view().column_range(0, hidden);
    backend.rotate_d_input({sequences, heads, base}, d_turned, d_turned);
    backend.linear_d_input(scratch.d_qkv, weight(hidden, 2 * hidden), d_rows, Write::replace);
    backend.linear_d_input(scratch.d_query, weight(0, hidden), d_first, Write::replace);
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    qkv.visit(name + ".qkv", visitor);
    output.visit(name + ".output", visitor);
  }

 private:
  void attend(Backend<T>& backend, const AttentionInput<T>& input, MatrixView<T> result,
              Trace& trace) const {
    trace.context.resize(result.rows, result.columns);
    trace.log_sum_exp.resize(result.rows, heads);
    backend.attention(input, trace.context, trace.log_sum_exp);
    output.forward(backend, trace.context, result);
  }
  /// d_key_value: columns [key | value].
  void attend_backward(Backend<T>& backend, const AttentionInput<T>& input, const Trace& trace,
                       ConstMatrixView<T> d_result, MatrixView<T> d_query,
                       MatrixView<T> d_key_value, Scratch& scratch) const {
    const Index hidden = d_result.columns;
    scratch.d_context.resize(d_result.rows, hidden);
    output.backward(backend, d_result, scratch.d_context);
    backend.attention_d_input(input, {trace.context, trace.log_sum_exp}, scratch.d_context, d_query,
                              d_key_value.column_range(0, hidden),
                              d_key_value.column_range(hidden, hidden));
  }
  AttentionInput<T> all_rows(const Sequences& sequences, const Trace& trace) const {
    const ConstMatrixView<T> all = trace.qkv;
    return operands(sequences, sequences, all.column_range(0, all.columns / 3),
                    all.column_range(all.columns / 3, 2 * (all.columns / 3)));
  }
  AttentionInput<T> first_rows(const Sequences& sequences, const Sequences& ones,
                               const Trace& trace) const {
    return operands(ones, sequences, trace.query, trace.qkv);
  }
  AttentionInput<T> operands(const Sequences& query_rows, const Sequences& key_rows,
                             ConstMatrixView<T> query, ConstMatrixView<T> key_value) const {
    const Index hidden = query.columns;
    const Index head_width = hidden / heads;
    const double scale = 1.0 / std::sqrt(static_cast<double>(head_width));
    return {query_rows,
            key_rows,
            heads,
            scale,
            query,
            key_value.column_range(0, hidden),
            key_value.column_range(hidden, hidden),
            {},
            window};
  }
  ConstMatrixView<T> weight(Index first, Index count) const {
    return qkv.weight.view().row_range(first, count);
  }
  ConstMatrixView<T> bias(Index first, Index count) const {
    if (qkv.bias.rows() == 0) return {};
    return qkv.bias.view().column_range(first, count);
  }
};

}  // namespace integrad
