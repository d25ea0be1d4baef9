#include "integrad/checkpoint/strided_numbers.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace integrad {
namespace {

/// Numbers 0, 1, … at an odd address.
std::vector<std::byte> ascending(std::size_t count) {
  std::vector<float> numbers(count);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<float>(i);
  std::vector<std::byte> bytes(1 + count * sizeof(float));
  std::memcpy(bytes.data() + 1, numbers.data(), count * sizeof(float));
  return bytes;
}

TEST(StridedNumbers, EveryKindOfStride) {
  struct Case {
    Index rows, columns, row_stride, column_stride;
  };
  for (const auto& [rows, columns, row_stride, column_stride] :
       {Case{5, 7, 7, 1}, Case{5, 7, 9, 1}, Case{37, 19, 1, 37}, Case{1030, 18, 1, 1031},
        Case{3, 600, 1300, 2}, Case{600, 3, 2, 1300}, Case{4, 5, 0, 1}, Case{4, 5, 1, 0},
        Case{4, 5, 0, 0}, Case{1, 9, 0, 3}, Case{9, 1, 3, 0}}) {
    const Index last = (rows - 1) * row_stride + (columns - 1) * column_stride;
    const std::vector<std::byte> bytes = ascending(static_cast<std::size_t>(last + 1));
    const auto source = std::span(bytes).subspan(1);
    Matrix<float> output(rows, columns + 2);
    output.fill(-1);
    EXPECT_TRUE(convert_matrix(Dtype::f32, source, row_stride, column_stride,
                               output.view().column_range(1, columns)));
    for (Index row = 0; row < rows; ++row) {
      ASSERT_EQ(output(row, 0), -1);
      ASSERT_EQ(output(row, columns + 1), -1);
      for (Index column = 0; column < columns; ++column) {
        ASSERT_EQ(output(row, column + 1),
                  static_cast<float>(row * row_stride + column * column_stride))
            << rows << " " << columns << " " << row_stride << " " << column_stride;
      }
    }
  }
}

TEST(StridedNumbers, NotFiniteIsNoticedAnywhere) {
  for (const auto& [row_stride, column_stride] :
       {std::array<Index, 2>{20, 1}, std::array<Index, 2>{1, 20}, std::array<Index, 2>{40, 2}}) {
    std::vector<double> numbers(800, 1.0);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(numbers));
    Matrix<double> output(20, 20);
    EXPECT_TRUE(convert_matrix(Dtype::f64, bytes, row_stride, column_stride, output));
    numbers[static_cast<std::size_t>(19 * row_stride + 3 * column_stride)] = INFINITY;
    EXPECT_FALSE(convert_matrix(Dtype::f64, bytes, row_stride, column_stride, output));
  }
}

}  // namespace
}  // namespace integrad
