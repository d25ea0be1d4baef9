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
  if (bias_rows != 0) same("bias", bias_rows, bias_columns, 1, output_columns);
  same("output", output_rows, output_columns, input_rows, weight_rows);
}

void heads(Index heads, Index hidden) {
  if (heads >= 1 && hidden % heads == 0) return;
  throw std::logic_error("backend: attention: " + std::to_string(hidden) +
                         " columns do not divide into " + std::to_string(heads) + " heads");
}

void sequences(const Sequences& queries, const Sequences& keys) {
  if (queries.count() == keys.count()) return;
  throw std::logic_error("backend: attention: " + std::to_string(queries.count()) +
                         " sequences of queries, " + std::to_string(keys.count()) + " of keys");
}

}  // namespace integrad::shapes
