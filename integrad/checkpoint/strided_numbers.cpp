#include "integrad/checkpoint/strided_numbers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "integrad/checkpoint/number_conversion.h"

namespace integrad {
namespace {

using Bytes = std::span<const std::byte>;

std::size_t width_of(Dtype dtype) { return static_cast<std::size_t>(dtype_bits(dtype)) / 8; }

Bytes window(Bytes source, Dtype dtype, Index first, Index count) {
  const std::size_t width = width_of(dtype);
  return source.subspan(static_cast<std::size_t>(first) * width,
                        static_cast<std::size_t>(count) * width);
}

/// Each row lies together.
template <class T>
bool convert_rows(Dtype dtype, Bytes source, Index row_stride, MatrixView<T> output) {
  if (row_stride == output.columns && output.stride == output.columns) {
    return convert_numbers(dtype, window(source, dtype, 0, output.rows * output.columns),
                           output.data);
  }
  bool finite = true;
  for (Index row = 0; row < output.rows; ++row) {
    const Bytes line = window(source, dtype, row * row_stride, output.columns);
    finite = convert_numbers(dtype, line, output.row(row)) && finite;
  }
  return finite;
}

/// Each column lies together. Sixteen columns at a time, so that whole cache lines are written.
template <class T>
bool convert_columns(Dtype dtype, Bytes source, Index column_stride, MatrixView<T> output) {
  constexpr Index tile_columns = 16, tile_rows = 1024;
  std::vector<T> tile(static_cast<std::size_t>(tile_columns * tile_rows));
  bool finite = true;
  for (Index column = 0; column < output.columns; column += tile_columns) {
    const Index columns = std::min(tile_columns, output.columns - column);
    for (Index row = 0; row < output.rows; row += tile_rows) {
      const Index rows = std::min(tile_rows, output.rows - row);
      for (Index c = 0; c < columns; ++c) {
        const Bytes line = window(source, dtype, (column + c) * column_stride + row, rows);
        finite = convert_numbers(dtype, line, tile.data() + c * tile_rows) && finite;
      }
      for (Index r = 0; r < rows; ++r) {
        T* target = output.row(row + r) + column;
        for (Index c = 0; c < columns; ++c)
          target[c] = tile[static_cast<std::size_t>(c * tile_rows + r)];
      }
    }
  }
  return finite;
}

/// Number by number: strides that only odd files have.
template <class T>
bool gather(Dtype dtype, Bytes source, Index row_stride, Index column_stride,
            MatrixView<T> output) {
  constexpr Index block = 512;
  const std::size_t width = width_of(dtype);
  std::array<std::byte, block * sizeof(double)> stored{};
  bool finite = true;
  for (Index row = 0; row < output.rows; ++row) {
    for (Index column = 0; column < output.columns; column += block) {
      const Index count = std::min(block, output.columns - column);
      for (Index i = 0; i < count; ++i) {
        const Index place = row * row_stride + (column + i) * column_stride;
        std::memcpy(stored.data() + static_cast<std::size_t>(i) * width,
                    source.data() + static_cast<std::size_t>(place) * width, width);
      }
      const Bytes line = Bytes(stored).first(static_cast<std::size_t>(count) * width);
      finite = convert_numbers(dtype, line, output.row(row) + column) && finite;
    }
  }
  return finite;
}

template <class T>
bool convert_any(Dtype dtype, Bytes source, Index row_stride, Index column_stride,
                 MatrixView<T> output) {
  if (output.empty()) return true;
  if (column_stride == 1) return convert_rows(dtype, source, row_stride, output);
  if (row_stride == 1) return convert_columns(dtype, source, column_stride, output);
  return gather(dtype, source, row_stride, column_stride, output);
}

}  // namespace

bool convert_matrix(Dtype dtype, std::span<const std::byte> source, Index row_stride,
                    Index column_stride, MatrixView<float> output) {
  return convert_any(dtype, source, row_stride, column_stride, output);
}

bool convert_matrix(Dtype dtype, std::span<const std::byte> source, Index row_stride,
                    Index column_stride, MatrixView<double> output) {
  return convert_any(dtype, source, row_stride, column_stride, output);
}

}  // namespace integrad
