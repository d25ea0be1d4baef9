// Shape checks at the door of every backend call.
#pragma once

#include "integrad/compute/backend.h"

namespace integrad::shapes {

void linear(Index input_rows, Index input_columns, Index weight_rows, Index weight_columns,
            Index bias_rows, Index bias_columns, Index output_rows, Index output_columns);
void same(const char* what, Index rows, Index columns, Index expected_rows, Index expected_columns);
template <class A, class B>
void same(const char* what, const A& view, const B& expected) {
  same(what, view.rows, view.columns, expected.rows, expected.columns);
}

void heads(Index heads, Index hidden);
void sequences(const Sequences& queries, const Sequences& keys);
/// A window needs as many keys as queries, and no bias.
void window(Index window, bool bias, const Sequences& queries, const Sequences& keys);
/// A bias's table: none, or `expected_rows` rows of all distances of the longest sequence.
void distances(Index rows, Index columns, Index expected_rows, Index longest);

/// input and output of a rotation.
template <class A, class B>
void rotation(const Rotation& rotation, const A& input, const B& output) {
  same("rotated", output, input);
  same("rows to rotate", input.rows, input.columns, rotation.sequences.rows(), output.columns);
  heads(2 * rotation.heads, input.columns);
}

/// One row of constants or none.
template <class A, class B>
void constants(const char* what, const A& row, const B& input) {
  if (!row.empty()) same(what, row.rows, row.columns, 1, input.columns);
}

/// A feed-forward whose inner rows are [values | gates]; slopes (rows × 2 · inner).
template <class T, class A>
void gated(Index rows, const FeedForwardWeights<T>& weights, const A& slopes) {
  same("gated slopes", slopes.rows, slopes.columns, rows, weights.inner.rows);
  same("gated inner weight", weights.inner.rows, weights.inner.columns, 2 * weights.outer.columns,
       weights.inner.columns);
}

template <class T>
void attention(const AttentionInput<T>& input, const AttentionResult<T>& result) {
  heads(input.heads, input.query.columns);
  sequences(input.query_rows, input.key_rows);
  same("query", input.query.rows, input.query.columns, input.query_rows.rows(),
       result.context.columns);
  same("key", input.key.rows, input.key.columns, input.key_rows.rows(), result.context.columns);
  same("value", input.value, input.key);
  same("context", result.context, input.query);
  distances(input.bias.table.rows, input.bias.table.columns,
            input.bias.by_query ? input.query_rows.longest() : input.heads,
            std::max(input.query_rows.longest(), input.key_rows.longest()));
  window(input.window, !input.bias.empty(), input.query_rows, input.key_rows);
  same("log_sum_exp", result.log_sum_exp.rows, result.log_sum_exp.columns, input.query.rows,
       input.heads);
}

template <class T>
void attention_d_input(const AttentionInput<T>& input, const AttentionResult<T>& result,
                       ConstMatrixView<T> d_context, MatrixView<T> d_query, MatrixView<T> d_key,
                       MatrixView<T> d_value) {
  same("d_context", d_context, result.context);
  same("d_query", d_query, input.query);
  same("d_key", d_key, input.key);
  same("d_value", d_value, input.value);
}

/// Slots of all distances of the longest sequence; `plain`: neither bias nor window.
void positions(std::span<const std::int32_t> slots, Index longest, bool plain);
template <class T>
void relative_positions(const AttentionInput<T>& input, const RelativePositions<T>& positions) {
  shapes::positions(positions.slots, std::max(input.query_rows.longest(), input.key_rows.longest()),
                    input.bias.empty() && input.window == 0);
  for (const auto& table : {positions.key, positions.query}) {
    if (table.empty()) continue;
    same("relative positions", table.rows, table.columns,
         std::max<Index>(table.rows, positions.slots.back() + 1), input.query.columns);
  }
}

}  // namespace integrad::shapes
