// Stored numbers (IEEE 754 half, bfloat16, single, double; little-endian, any alignment) to numbers
// to compute with.
#pragma once

#include <cstddef>
#include <span>

#include "integrad/checkpoint/dtype.h"

namespace integrad {

/// True for the formats that `convert_numbers` reads: F16, BF16, F32, F64.
bool is_floating_point(Dtype dtype);

/// Writes every number of `source` (its size / the format's bytes of them) to `target`; widening is
/// exact, F64 to float rounds to nearest. Returns whether all of `target` is finite. `dtype` must
/// be a floating-point format.
bool convert_numbers(Dtype dtype, std::span<const std::byte> source, float* target);
bool convert_numbers(Dtype dtype, std::span<const std::byte> source, double* target);

}  // namespace integrad
