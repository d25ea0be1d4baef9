#include "integrad/checkpoint/number_narrowing.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace integrad {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

/// Drops the last `count` bits, rounding.
std::uint32_t rounded_shift(std::uint32_t bits, int count) {
  const std::uint32_t half = 1U << (count - 1);
  const std::uint32_t odd = bits >> count & 1U;
  return (bits + half - 1 + odd) >> count;
}

constexpr std::uint32_t infinity = 0x7f800000;

/// bfloat16 is the upper half of a float32. A carry out of the fraction raises the exponent, as it
/// should.
std::uint16_t to_bfloat16(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > infinity) return static_cast<std::uint16_t>(bits >> 16 | 0x40U);  // NaN stays one
  return static_cast<std::uint16_t>(rounded_shift(magnitude, 16) | (bits >> 16 & 0x8000U));
}

std::uint16_t to_half(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const std::uint32_t sign = bits >> 16 & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  constexpr std::uint32_t bias = (127U - 15U) << 23;
  constexpr std::uint32_t smallest_normal = bias + (1U << 23);  // 2^-14
  constexpr std::uint32_t too_large = bias + (31U << 23);       // 2^16
  if (magnitude > infinity) return static_cast<std::uint16_t>(sign | 0x7e00U);
  if (magnitude >= too_large) return static_cast<std::uint16_t>(sign | 0x7c00U);
  if (magnitude >= smallest_normal) {
    return static_cast<std::uint16_t>(sign | rounded_shift(magnitude - bias, 13));
  }
  // Subnormal: a whole number of units of 2^-24; scaling is exact, the processor rounds.
  const float units = std::ldexp(std::bit_cast<float>(magnitude), 24);
  return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::nearbyint(units)));
}

}  // namespace

std::vector<std::byte> narrow_numbers(std::span<const float> numbers, Dtype dtype,
                                      std::size_t& overflows) {
  overflows = 0;
  const auto width = static_cast<std::size_t>(dtype_bits(dtype)) / 8;
  std::vector<std::byte> bytes(numbers.size() * width);
  if (dtype == Dtype::f32) {
    if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
  }
  const std::uint16_t infinite = dtype == Dtype::f16 ? 0x7c00 : 0x7f80;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::uint16_t stored =
        dtype == Dtype::f16 ? to_half(numbers[i]) : to_bfloat16(numbers[i]);
    if ((stored & 0x7fffU) == infinite && std::isfinite(numbers[i])) ++overflows;
    std::memcpy(bytes.data() + i * width, &stored, width);
  }
  return bytes;
}

}  // namespace integrad
