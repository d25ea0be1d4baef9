// Matrices that do not lie row after row in a file: saved transposes and windows of larger arrays.
#pragma once

#include <cstddef>
#include <span>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/dtype.h"

namespace integrad {

/// Writes number (row · row_stride + column · column_stride) of `source` to (row, column) of
/// `output`, for all of `output`; formats and return value as in convert_numbers. `source` must
/// reach to the last number asked for.
bool convert_matrix(Dtype dtype, std::span<const std::byte> source, Index row_stride,
                    Index column_stride, MatrixView<float> output);
bool convert_matrix(Dtype dtype, std::span<const std::byte> source, Index row_stride,
                    Index column_stride, MatrixView<double> output);

}  // namespace integrad
