// MobileBERT's multi-head self-attention: queries and keys read other rows than values do.
#pragma once

#include <cmath>
#include <string>

#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct MobileAttention {
  Linear<T> query_key;  // queries and keys in one product: (2·width × columns of their rows)
  Linear<T> value;      // (width × columns of its rows)
  Linear<T> output;     // (width × width)
  Index heads = 1;

  struct Trace {
    Matrix<T> query_key;    // (rows × 2·width)
    Matrix<T> value;        // (rows × width)
    Matrix<T> context;      // (rows × width)
    Matrix<T> log_sum_exp;  // (rows × heads)
  };
  /// Reused by every layer and call; holds nothing between calls.
  struct Scratch {
    Matrix<T> d_context;    // (rows × width)
    Matrix<T> d_query_key;  // (rows × 2·width)
    Matrix<T> d_value;      // (rows × width)
  };

  MobileAttention() = default;
  MobileAttention(Index query_columns, Index value_columns, Index width, Index heads_)
      : query_key(query_columns, 2 * width),
        value(value_columns, width),
        output(width, width),
        heads(heads_) {}

  /// Rows that queries and keys are made of, and rows that values are made of -> result (rows ×
  /// width).
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> query_rows,
               ConstMatrixView<T> value_rows, MatrixView<T> result, Trace& trace) const {
    trace.query_key.resize(result.rows, 2 * result.columns);
    trace.value.resize(result.rows, result.columns);
    trace.context.resize(result.rows, result.columns);
    trace.log_sum_exp.resize(result.rows, heads);
    query_key.forward(backend, query_rows, trace.query_key);
    value.forward(backend, value_rows, trace.value);
    backend.attention(operands(sequences, trace), trace.context, trace.log_sum_exp);
    output.forward(backend, trace.context, result);
  }
  /// Adds to d_value_rows; replaces d_query_rows or adds to it. Either may be d_result if added to.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_result, MatrixView<T> d_query_rows, Write write,
                MatrixView<T> d_value_rows, Scratch& scratch) const {
    const Index width = d_result.columns;
    scratch.d_context.resize(d_result.rows, width);
    scratch.d_query_key.resize(d_result.rows, 2 * width);
    scratch.d_value.resize(d_result.rows, width);
    const MatrixView<T> d_query_key = scratch.d_query_key;
    output.backward(backend, d_result, scratch.d_context);
    backend.attention_d_input(operands(sequences, trace), {trace.context, trace.log_sum_exp},
                              scratch.d_context, d_query_key.column_range(0, width),
                              d_query_key.column_range(width, width), scratch.d_value);
    value.backward(backend, scratch.d_value, d_value_rows, Write::add);
    query_key.backward(backend, d_query_key, d_query_rows, write);
  }

  /// Queries and keys are rows of one matrix; each is visited under its own name.
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    const Index width = output.weight.columns();
    const char* const parts[] = {".query", ".key"};
    for (Index i = 0; i < 2; ++i) {
      visitor(name + parts[i] + ".weight", query_key.weight.view().row_range(i * width, width));
      visitor(name + parts[i] + ".bias", query_key.bias.view().column_range(i * width, width));
    }
    value.visit(name + ".value", visitor);
    output.visit(name + ".output", visitor);
  }

 private:
  AttentionInput<T> operands(const Sequences& sequences, const Trace& trace) const {
    const ConstMatrixView<T> query_and_key = trace.query_key;
    const Index width = query_and_key.columns / 2;
    const Index head_width = width / heads;
    const double scale = 1.0 / std::sqrt(static_cast<double>(head_width));
    return {sequences,
            sequences,
            heads,
            scale,
            query_and_key.column_range(0, width),
            query_and_key.column_range(width, width),
            trace.value};
  }
};

}  // namespace integrad
