// An array of a weight file: what it is and where its numbers lie, whatever the format of the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "integrad/base/mapped_file.h"
#include "integrad/base/matrix.h"
#include "integrad/checkpoint/dtype.h"

namespace integrad {

/// Looks at the mapped file, owns no numbers.
struct StoredTensor {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<Index> shape;          // [] is a scalar; a 0 is legal
  std::vector<Index> strides;        // in numbers, one an extent, never negative
  std::span<const std::byte> bytes;  // from the first number to the last, any alignment
};

/// Strides of numbers without gaps, the last extent innermost.
std::vector<Index> dense_strides(std::span<const Index> shape);

/// The numbers of a tensor of rank 1 (output: one row) or 2, whose extents are `output`'s,
/// converted straight into `output`; pages of `file` are given back as soon as they are read, so
/// that they do not add to the memory of the process. `dtype` must be floating point. Returns
/// whether all of `output` is finite.
bool read_numbers(const StoredTensor& tensor, const MappedFile& file, MatrixView<float> output);
bool read_numbers(const StoredTensor& tensor, const MappedFile& file, MatrixView<double> output);

}  // namespace integrad
