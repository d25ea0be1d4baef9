#include "integrad/compute/shapes.h"

#include <algorithm>
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

void window(Index window, bool bias, const Sequences& queries, const Sequences& keys) {
  if (window == 0) return;
  bool fits = window > 0 && !bias;
  for (Index s = 0; s < queries.count(); ++s) fits = fits && queries.length(s) <= keys.length(s);
  if (fits) return;
  throw std::logic_error("backend: attention: a window of " + std::to_string(window) +
                         " needs a key beside each query, and no bias");
}

void distances(Index rows, Index columns, Index expected_rows, Index longest) {
  if (rows == 0 || columns == 0) return;
  if (rows == expected_rows && columns % 2 == 1 && columns >= 2 * longest - 1) return;
  throw std::logic_error("backend: attention: bias: expected " + std::to_string(expected_rows) +
                         " rows of the distances of " + std::to_string(longest) + " keys, found " +
                         std::to_string(rows) + "x" + std::to_string(columns));
}

void positions(std::span<const std::int32_t> slots, Index longest, bool plain) {
  const auto count = static_cast<Index>(slots.size());
  if (plain && count % 2 == 1 && count >= 2 * longest - 1 && slots.front() >= 0 &&
      std::is_sorted(slots.begin(), slots.end())) {
    return;
  }
  throw std::logic_error(
      "backend: attention: relative positions need a slot, never falling, for each distance of " +
      std::to_string(longest) + " rows, and neither bias nor window; found " +
      std::to_string(count) + " slots");
}

}  // namespace integrad::shapes
