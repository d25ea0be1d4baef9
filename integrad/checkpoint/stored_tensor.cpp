#include "integrad/checkpoint/stored_tensor.h"

#include <algorithm>

#include "integrad/checkpoint/strided_numbers.h"

namespace integrad {
namespace {

constexpr Index piece_numbers = 1 << 20;

/// Rows are read in groups; columns where these are what lies together in the file.
template <class T>
bool read_any(const StoredTensor& tensor, const MappedFile& file, MatrixView<T> output) {
  if (output.empty()) return true;
  const bool is_matrix = tensor.shape.size() == 2;
  const Index row_stride = is_matrix ? tensor.strides[0] : 0;
  const Index column_stride = tensor.strides.back();
  const bool by_rows = column_stride <= row_stride || output.columns == 1 || output.rows == 1;
  const Index lines = by_rows ? output.rows : output.columns;
  const Index line_stride = by_rows ? row_stride : column_stride;
  const Index step = std::max<Index>(16, piece_numbers / (by_rows ? output.columns : output.rows));
  const auto width = static_cast<std::size_t>(dtype_bits(tensor.dtype)) / 8;
  bool finite = true;
  for (Index first = 0; first < lines; first += step) {
    const Index count = std::min(step, lines - first);
    const auto source = tensor.bytes.subspan(static_cast<std::size_t>(first * line_stride) * width);
    const MatrixView<T> part =
        by_rows ? output.row_range(first, count) : output.column_range(first, count);
    finite = convert_matrix(tensor.dtype, source, row_stride, column_stride, part) && finite;
    const std::size_t used = static_cast<std::size_t>(count * line_stride) * width;
    file.release(source.first(std::min(source.size(), lines == 1 ? source.size() : used)));
  }
  return finite;
}

}  // namespace

std::vector<Index> dense_strides(std::span<const Index> shape) {
  std::vector<Index> strides(shape.size());
  Index stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<Index>(shape[i], 1);
  }
  return strides;
}

bool read_numbers(const StoredTensor& tensor, const MappedFile& file, MatrixView<float> output) {
  return read_any(tensor, file, output);
}

bool read_numbers(const StoredTensor& tensor, const MappedFile& file, MatrixView<double> output) {
  return read_any(tensor, file, output);
}

}  // namespace integrad
