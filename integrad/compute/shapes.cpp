#include "integrad/compute/shapes.h"

#include <stdexcept>
#include <string>

namespace integrad::shapes {

void same(const char* what, Index rows, Index columns, Index expected_rows,
          Index expected_columns) {
  if (rows == expected_rows && columns == expected_columns) return;
  throw std::logic_error(std::string("backend: ") + what + ": expected " +
                         std::to_string(expected_rows) + "x" + std::to_string(expected_columns) +
                         ", found " + std::to_string(rows) + "x" + std::to_string(columns));
}

void linear(Index input_rows, Index input_columns, Index weight_rows, Index weight_columns,
            Index bias_rows, Index bias_columns, Index output_rows, Index output_columns) {
  same("weight", weight_rows, weight_columns, output_columns, input_columns);
  same("bias", bias_rows, bias_columns, 1, output_columns);
  same("output", output_rows, output_columns, input_rows, weight_rows);
}

void attention(const Sequences& sequences, Index heads, Index rows, Index qkv_columns,
               Index context_rows, Index context_columns) {
  same("qkv", rows, qkv_columns, sequences.rows(), 3 * context_columns);
  same("context", context_rows, context_columns, rows, qkv_columns / 3);
  if (heads < 1 || context_columns % heads != 0) {
    throw std::logic_error("backend: attention: " + std::to_string(context_columns) +
                           " columns do not divide into " + std::to_string(heads) + " heads");
  }
}

}  // namespace integrad::shapes
