// Shape checks at the door of every backend call.
#pragma once

#include "integrad/compute/backend.h"

namespace integrad::shapes {

void linear(Index input_rows, Index input_columns, Index weight_rows, Index weight_columns,
            Index bias_rows, Index bias_columns, Index output_rows, Index output_columns);
void same(const char* what, Index rows, Index columns, Index expected_rows, Index expected_columns);
void attention(const Sequences& sequences, Index heads, Index rows, Index qkv_columns,
               Index context_rows, Index context_columns);

template <class A, class B>
void same(const char* what, const A& view, const B& expected) {
  same(what, view.rows, view.columns, expected.rows, expected.columns);
}

}  // namespace integrad::shapes
