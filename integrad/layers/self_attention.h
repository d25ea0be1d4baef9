// Multi-head self-attention with its output projection (Vaswani et al. 2017, arXiv 1706.03762).
#pragma once

#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

/// Queries, keys and values, or their derivatives: columns of somebody's matrices. Keys and values
/// are of all rows; queries may be fewer.
template <class T>
struct Projections {
  MatrixView<T> query, key, value;

  /// Three equal runs of columns [query | key | value].
  static Projections of(MatrixView<T> qkv) {
    const Index hidden = qkv.columns / 3;
    return {qkv.column_range(0, hidden), qkv.column_range(hidden, hidden),
            qkv.column_range(2 * hidden, hidden)};
  }
};

/// In two steps, so that a caller may bring projections of its own: `project` makes q, k, v of
/// rows, `attend` reads them wherever they lie.
template <class T>
struct SelfAttention {
  Linear<T> qkv;     // queries, keys and values in one product: (3·hidden × hidden)
  Linear<T> output;  // (hidden × hidden)
  Index heads = 1;

  struct Trace {
    Matrix<T> qkv;    // (rows × 3·hidden); of chosen rows: keys and values (rows × 2·hidden)
    Matrix<T> query;  // of chosen rows: (chosen × hidden)
    Matrix<T> log_sum_exp;           // (query rows × heads)
    Projections<const T> projected;  // where attend found q, k, v; they must outlive the backward
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> context;  // (query rows × hidden), also its derivative
    Matrix<T> d_qkv;    // (rows × 3·hidden)
    Matrix<T> d_query;  // (chosen × hidden)
  };

  SelfAttention() = default;
  SelfAttention(Index hidden, Index heads_)
      : qkv(hidden, 3 * hidden), output(hidden, hidden), heads(heads_) {}

  /// q, k, v of every row, kept in the trace.
  void project(Backend<T>& backend, ConstMatrixView<T> input, Trace& trace) const {
    trace.qkv.resize(input.rows, 3 * input.columns);
    qkv.forward(backend, input, trace.qkv);
    trace.projected = Projections<const T>::of(trace.qkv);
  }
  /// Adds to or replaces d_input.
  void project_backward(Backend<T>& backend, ConstMatrixView<T> d_qkv, MatrixView<T> d_input,
                        Write write) const {
    qkv.backward(backend, d_qkv, d_input, write);
  }

  /// Keys and values of every row, queries of the `chosen` rows only (chosen × hidden).
  void project_chosen(Backend<T>& backend, ConstMatrixView<T> input, ConstMatrixView<T> chosen,
                      Trace& trace) const {
    const Index hidden = input.columns;
    trace.qkv.resize(input.rows, 2 * hidden);
    trace.query.resize(chosen.rows, hidden);
    backend.linear(input, qkv.weight.view().row_range(hidden, 2 * hidden),
                   qkv.bias.view().column_range(hidden, 2 * hidden), trace.qkv);
    backend.linear(chosen, qkv.weight.view().row_range(0, hidden),
                   qkv.bias.view().column_range(0, hidden), trace.query);
    const ConstMatrixView<T> key_value = trace.qkv;
    trace.projected = {trace.query.view(), key_value.column_range(0, hidden),
                       key_value.column_range(hidden, hidden)};
  }
  /// Replaces d_input (through keys and values), adds to d_chosen (through queries).
  void project_chosen_backward(Backend<T>& backend, ConstMatrixView<T> d_key_value,
                               ConstMatrixView<T> d_query, MatrixView<T> d_input,
                               MatrixView<T> d_chosen) const {
    const Index hidden = d_input.columns;
    backend.linear_d_input(d_query, qkv.weight.view().row_range(0, hidden), d_chosen, Write::add);
    backend.linear_d_input(d_key_value, qkv.weight.view().row_range(hidden, 2 * hidden), d_input,
                           Write::replace);
  }

  /// trace.projected -> result (query rows × hidden).
  void attend(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
              MatrixView<T> result, Trace& trace, Scratch& scratch) const {
    trace.log_sum_exp.resize(result.rows, heads);
    scratch.context.resize(result.rows, result.columns);
    backend.attention(operands(query_rows, key_rows, trace), scratch.context, trace.log_sum_exp);
    output.forward(backend, scratch.context, result);
  }
  /// Replaces d_projected.
  void attend_backward(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                       const Trace& trace, ConstMatrixView<T> d_result,
                       const Projections<T>& d_projected, Scratch& scratch) const {
    scratch.context.resize(d_result.rows, d_result.columns);
    output.backward(backend, d_result, scratch.context);
    backend.attention_d_input(operands(query_rows, key_rows, trace), trace.log_sum_exp,
                              scratch.context, d_projected.query, d_projected.key,
                              d_projected.value);
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
  AttentionInput<T> operands(const Sequences& query_rows, const Sequences& key_rows,
                             const Trace& trace) const {
    const Projections<const T>& projected = trace.projected;
    return {query_rows, key_rows, heads, projected.query, projected.key, projected.value};
  }
};

}  // namespace integrad
