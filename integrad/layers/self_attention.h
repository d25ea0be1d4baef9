// Multi-head self-attention with its output projection (Vaswani et al. 2017, arXiv 1706.03762).
#pragma once

#include <cmath>
#include <string>
#include <utility>

#include "integrad/layers/linear.h"
#include "integrad/layers/relative_bias.h"
#include "integrad/layers/relative_keys.h"

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
  RelativeBias<T> bias;           // of the scores; empty in most families
  RelativeKeys<T> relative_keys;  // likewise; not together with a bias

  struct Trace {
    Matrix<T> qkv;          // (rows × 3·hidden), or of keys and values (rows × 2·hidden)
    Matrix<T> query;        // of first rows only: (sequences × hidden)
    Matrix<T> context;      // (query rows × hidden)
    Matrix<T> log_sum_exp;  // (query rows × heads)
    Projections<const T> projected;  // where attend found q, k, v; they must outlive the backward
    Dropout dropout = {};            // of the probabilities, in training
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> d_context;  // (query rows × hidden)
    Matrix<T> d_qkv;      // (rows × 3·hidden)
    Matrix<T> d_query;    // (sequences × hidden)
  };

  SelfAttention() = default;
  SelfAttention(Index hidden, Index heads_, RelativeBias<T> bias_ = {},
                RelativeKeys<T> relative_keys_ = {})
      : qkv(hidden, 3 * hidden),
        output(hidden, hidden),
        heads(heads_),
        bias(std::move(bias_)),
        relative_keys(std::move(relative_keys_)) {}

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

  /// Queries of the first row of each sequence, keys and values of all, kept in the trace.
  void project_first(Backend<T>& backend, ConstMatrixView<T> input, ConstMatrixView<T> first,
                     Trace& trace) const {
    const Index hidden = input.columns;
    trace.query.resize(first.rows, hidden);
    trace.qkv.resize(input.rows, 2 * hidden);
    backend.linear(first, weight(0, 1), bias_of(0, 1), trace.query);
    backend.linear(input, weight(1, 2), bias_of(1, 2), trace.qkv);
    const MatrixView<const T> key_value = std::as_const(trace.qkv).view();
    trace.projected = {std::as_const(trace.query).view(), key_value.column_range(0, hidden),
                       key_value.column_range(hidden, hidden)};
  }
  /// Replaces d_input, adds to d_first. d_key_value (rows × 2·hidden).
  void project_first_backward(Backend<T>& backend, ConstMatrixView<T> d_query,
                              ConstMatrixView<T> d_key_value, MatrixView<T> d_input,
                              MatrixView<T> d_first) const {
    backend.linear_d_input(d_key_value, weight(1, 2), d_input, Write::replace);
    backend.linear_d_input(d_query, weight(0, 1), d_first, Write::add);
  }

  /// What follows from the parameters; once, after they are read.
  void prepare() {
    bias.prepare();
    relative_keys.prepare(heads, scale());
  }

  /// trace.projected -> result (query rows × hidden).
  void attend(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
              MatrixView<T> result, Trace& trace) const {
    trace.log_sum_exp.resize(result.rows, heads);
    trace.context.resize(result.rows, result.columns);
    const AttentionInput<T> input = operands(query_rows, key_rows, trace);
    if (relative_keys.empty()) {
      backend.attention(input, trace.context, trace.log_sum_exp);
    } else {
      backend.disentangled_attention(input, relative_keys.view(), trace.context, trace.log_sum_exp);
    }
    output.forward(backend, trace.context, result);
  }
  /// Replaces d_projected.
  void attend_backward(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                       const Trace& trace, ConstMatrixView<T> d_result,
                       const Projections<T>& d_projected, Scratch& scratch) const {
    scratch.d_context.resize(d_result.rows, d_result.columns);
    output.backward(backend, d_result, scratch.d_context);
    const AttentionInput<T> input = operands(query_rows, key_rows, trace);
    const AttentionResult<T> attended{trace.context, trace.log_sum_exp};
    const auto& [d_query, d_key, d_value] = d_projected;
    if (relative_keys.empty()) {
      backend.attention_d_input(input, attended, scratch.d_context, d_query, d_key, d_value);
    } else {
      backend.disentangled_attention_d_input(input, relative_keys.view(), attended,
                                             scratch.d_context, d_query, d_key, d_value);
    }
  }

  /// Adds to `gradient` the derivatives with respect to the projections' weights, of queries (0),
  /// keys (1) or values (2), `count` of them in sequence.
  void accumulate(Backend<T>& backend, Index which, Index count, ConstMatrixView<T> input,
                  ConstMatrixView<T> d_projected, SelfAttention& gradient) const {
    const Index hidden = input.columns;
    backend.linear_d_weight(d_projected, input,
                            gradient.qkv.weight.view().row_range(which * hidden, count * hidden),
                            gradient.qkv.bias.view().column_range(which * hidden, count * hidden));
    // The keys' bias adds the same to every score of a query, which a softmax does not see: its
    // derivative is 0, and Adam would make much of the rounding errors that were summed instead.
    std::fill_n(gradient.qkv.bias.row(0) + hidden, hidden, T(0));
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
    if (!bias.empty()) visitor(name + ".relative_bias.weight", bias.table.view());
    if (!relative_keys.empty()) {
      visitor(name + ".relative_keys.weight", relative_keys.table.view());
    }
  }

 private:
  /// Of queries (0), keys (1) or values (2), `count` of them in sequence.
  ConstMatrixView<T> weight(Index which, Index count) const {
    const Index hidden = qkv.weight.columns();
    return qkv.weight.view().row_range(which * hidden, count * hidden);
  }
  ConstMatrixView<T> bias_of(Index which, Index count) const {
    const Index hidden = qkv.weight.columns();
    return qkv.bias.view().column_range(which * hidden, count * hidden);
  }
  AttentionInput<T> operands(const Sequences& query_rows, const Sequences& key_rows,
                             const Trace& trace) const {
    const Projections<const T>& projected = trace.projected;
    return {
        query_rows,      key_rows,           heads, scale(),      projected.query, projected.key,
        projected.value, {bias.by_distance}, 0,     trace.dropout};
  }
};

}  // namespace integrad
