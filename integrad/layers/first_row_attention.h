// Self-attention of one row a sequence over all its rows, without their keys and values. With the
// weights of one head, q·(W_k x_j + b_k) = (W_kᵀ q)·x_j + q·b_k, of which softmax ignores the last
// term, and Σ_j p_j (W_v x_j + b_v) = W_v Σ_j p_j x_j + b_v. So the query is folded with W_k, the
// rows themselves are keys and values, and W_v follows: work for heads rows a sequence instead of
// for every row.
#pragma once

#include "integrad/layers/self_attention.h"

namespace integrad {

/// The same numbers as SelfAttention's, by its weights.
template <class T>
struct FirstRowAttention {
  const SelfAttention<T>& attention;

  struct Trace {
    Matrix<T> rows;         // (rows × hidden): the layer's input
    Matrix<T> folded;       // (sequences · heads × hidden): W_kᵀ q
    Matrix<T> mixed;        // (sequences · heads × hidden): Σ_j p_j x_j
    Matrix<T> log_sum_exp;  // (sequences · heads × 1)
    Sequences queries;      // `heads` rows a sequence
  };
  struct Scratch {
    Matrix<T> query;     // (sequences × hidden), also its derivative
    Matrix<T> context;   // (sequences × hidden), also its derivative
    Matrix<T> d_folded;  // (sequences · heads × hidden)
    Matrix<T> d_mixed;   // (sequences · heads × hidden)
    Matrix<T> d_value;   // (rows × hidden)
  };

  /// first (sequences × hidden): the first row of each sequence -> result (sequences × hidden).
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> rows,
               ConstMatrixView<T> first, MatrixView<T> result, Trace& trace,
               Scratch& scratch) const {
    keep(sequences, rows, trace);
    for (Matrix<T>* matrix : {&scratch.query, &scratch.context}) {
      matrix->resize(first.rows, first.columns);
    }
    backend.linear(first, weight(0), bias(0), scratch.query);
    for (Index h = 0; h < attention.heads; ++h) {
      backend.linear_d_input(of_head(scratch.query.view(), h), rows_of_head(weight(1), h),
                             every(trace.folded.view(), h), Write::replace);
    }
    backend.attention(operands(sequences, trace), trace.mixed, trace.log_sum_exp);
    for (Index h = 0; h < attention.heads; ++h) {
      backend.linear(every(trace.mixed.view(), h), rows_of_head(weight(2), h), of_head(bias(2), h),
                     of_head(scratch.context.view(), h));
    }
    attention.output.forward(backend, scratch.context, result);
  }
  /// Replaces d_rows (through keys and values), adds to d_first (through the query).
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_result, MatrixView<T> d_rows, MatrixView<T> d_first,
                Scratch& scratch) const {
    for (Matrix<T>* matrix : {&scratch.query, &scratch.context}) {
      matrix->resize(d_result.rows, d_result.columns);
    }
    for (Matrix<T>* matrix : {&scratch.d_folded, &scratch.d_mixed}) {
      matrix->resize(trace.folded.rows(), trace.folded.columns());
    }
    scratch.d_value.resize(d_rows.rows, d_rows.columns);
    attention.output.backward(backend, d_result, scratch.context);
    for (Index h = 0; h < attention.heads; ++h) {
      backend.linear_d_input(of_head(scratch.context.view(), h), rows_of_head(weight(2), h),
                             every(scratch.d_mixed.view(), h), Write::replace);
    }
    backend.attention_d_input(operands(sequences, trace), {trace.mixed, trace.log_sum_exp},
                              scratch.d_mixed, scratch.d_folded, d_rows, scratch.d_value);
    for (Index r = 0; r < d_rows.rows; ++r) {  // the rows are keys and values
      for (Index c = 0; c < d_rows.columns; ++c) d_rows(r, c) += scratch.d_value(r, c);
    }
    for (Index h = 0; h < attention.heads; ++h) {
      backend.linear(every(scratch.d_folded.view(), h), rows_of_head(weight(1), h), {},
                     of_head(scratch.query.view(), h));
    }
    backend.linear_d_input(scratch.query, weight(0), d_first, Write::add);
  }

 private:
  void keep(const Sequences& sequences, ConstMatrixView<T> rows, Trace& trace) const {
    const Index heads = attention.heads, queries = sequences.count() * heads;
    trace.rows.resize(rows.rows, rows.columns);
    for (Index r = 0; r < rows.rows; ++r) std::copy_n(rows.row(r), rows.columns, trace.rows.row(r));
    trace.folded.resize(queries, rows.columns);
    trace.mixed.resize(queries, rows.columns);
    trace.log_sum_exp.resize(queries, 1);
    trace.queries.clear();
    for (Index s = 0; s < sequences.count(); ++s) trace.queries.append(heads);
  }
  AttentionInput<T> operands(const Sequences& sequences, const Trace& trace) const {
    // The queries of a sequence are its first row's, one a head.
    return {trace.queries, sequences,  1,          attention.scale(),
            trace.folded,  trace.rows, trace.rows, {attention.bias.by_distance, true}};
  }

  Index hidden() const { return attention.output.weight.columns(); }
  Index head_size() const { return hidden() / attention.heads; }
  /// Of queries (0), keys (1) or values (2).
  ConstMatrixView<T> weight(Index which) const {
    return attention.qkv.weight.view().row_range(which * hidden(), hidden());
  }
  ConstMatrixView<T> bias(Index which) const {
    return attention.qkv.bias.view().column_range(which * hidden(), hidden());
  }
  ConstMatrixView<T> rows_of_head(ConstMatrixView<T> weight, Index h) const {
    return weight.row_range(h * head_size(), head_size());
  }
  template <class U>
  MatrixView<U> of_head(MatrixView<U> all, Index h) const {
    return all.column_range(h * head_size(), head_size());
  }
  /// Row h of each sequence's `heads` rows.
  template <class U>
  MatrixView<U> every(MatrixView<U> all, Index h) const {
    return {all.row(h), all.rows / attention.heads, all.columns, attention.heads * all.stride};
  }
};

}  // namespace integrad
