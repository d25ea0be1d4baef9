// Float32 numbers to the narrower formats that files store, rounded to nearest, ties to even.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "integrad/checkpoint/dtype.h"

namespace integrad {

/// The bytes, little-endian, of `numbers` in `dtype`, which must be f16, bf16 or f32. A number too
/// large for it becomes an infinity; `overflows` counts these.
std::vector<std::byte> narrow_numbers(std::span<const float> numbers, Dtype dtype,
                                      std::size_t& overflows);

}  // namespace integrad
