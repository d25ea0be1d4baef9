// Multi-head self-attention with its output projection (Vaswani et al. 2017, arXiv 1706.03762).
#pragma once

#include <cmath>
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
    Matrix<T> qkv;                   // (rows × 3·hidden)
    Matrix<T> query;                 // of first rows only: (sequences × hidden)
    Matrix<T> context;               // (query rows × hidden)
    Matrix<T> log_sum_exp;           // (query rows × heads)
    Projections<const T> projected;  // where attend found q, k, v; they must outlive the backward
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> d_context;  // (query rows × hidden)
    Matrix<T> d_qkv;      // (rows × 3·hidden)
    Matrix<T> d_query;    // (sequences × hidden)
  };

  SelfAttention() = default;
  SelfAttention(Index hidden, Index heads_)
      : qkv(hidden, 3 * hidden), output(hidden, hidden), heads(heads_) {}

  /// 1/√d, d numbers a head.
  double scale() const {
    return std::sqrt(static_cast<double>(heads) / static_cast<double>(output.weight.columns()));
  }

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

  /// trace.projected -> result (query rows × hidden).
  void attend(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
              MatrixView<T> result, Trace& trace) const {
    trace.log_sum_exp.resize(result.rows, heads);
    trace.context.resize(result.rows, result.columns);
    backend.attention(operands(query_rows, key_rows, trace), trace.context, trace.log_sum_exp);
    output.forward(backend, trace.context, result);
  }
  /// Replaces d_projected.
  void attend_backward(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                       const Trace& trace, ConstMatrixView<T> d_result,
                       const Projections<T>& d_projected, Scratch& scratch) const {
    scratch.d_context.resize(d_result.rows, d_result.columns);
    output.backward(backend, d_result, scratch.d_context);
    backend.attention_d_input(operands(query_rows, key_rows, trace),
                              {trace.context, trace.log_sum_exp}, scratch.d_context,
                              d_projected.query, d_projected.key, d_projected.value);
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
    return {query_rows, key_rows, heads, scale(), projected.query, projected.key, projected.value};
  }
};

}  // namespace integrad
