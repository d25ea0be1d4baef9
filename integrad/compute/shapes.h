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

template <class T>
void attention(const AttentionInput<T>& input, const AttentionResult<T>& result) {
  heads(input.heads, input.query.columns);
  sequences(input.query_rows, input.key_rows);
  same("query", input.query.rows, input.query.columns, input.query_rows.rows(),
       result.context.columns);
  same("key", input.key.rows, input.key.columns, input.key_rows.rows(), result.context.columns);
  same("value", input.value, input.key);
  same("context", result.context, input.query);
  same("log_sum_exp", result.log_sum_exp.rows, result.log_sum_exp.columns, input.query.rows,
       input.heads);
}

}  // namespace integrad::shapes
