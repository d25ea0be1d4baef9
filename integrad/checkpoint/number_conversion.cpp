#include "integrad/checkpoint/number_conversion.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

namespace integrad {
namespace {

static_assert(std::endian::native == std::endian::little, "files are read without swapping bytes");
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

struct Half {
  std::uint16_t bits;
};
struct BFloat16 {
  std::uint16_t bits;
};

constexpr std::uint32_t half_exponent = 0x0f800000;  // after moving by 13 bits
constexpr std::uint32_t half_bias = (127U - 15U) << 23;
constexpr std::uint32_t half_smallest_normal = half_bias + (1U << 23);

inline std::uint32_t moved(Half half) {
  return static_cast<std::uint32_t>(half.bits & 0x7fffU) << 13;
}

/// A subnormal half gets the exponent of 2^-14 and loses its surplus leading 1 by an exact
/// subtraction.
inline float widen_as_subnormal(Half half) {
  return std::bit_cast<float>(moved(half) + half_smallest_normal) -
         std::bit_cast<float>(half_smallest_normal);
}

/// Moves exponent and fraction of a normal half into place and corrects the bias (15 against 127),
/// once more for infinities and NaN; chooses `subnormal` where the exponent is 0.
inline float widen_or_choose(Half half, float subnormal) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half.bits & 0x8000U) << 16;
  const std::uint32_t exponent = moved(half) & half_exponent;
  const std::uint32_t special = exponent == half_exponent ? half_bias : 0U;
  const std::uint32_t normal = moved(half) + half_bias + special;
  const std::uint32_t chosen = exponent == 0 ? std::bit_cast<std::uint32_t>(subnormal) : normal;
  return std::bit_cast<float>(chosen | sign);
}

constexpr std::size_t block = 1024;

/// Two loops: in one, compilers move the subtraction behind a branch and do not vectorise.
void widen(const std::array<Half, block>& halves, std::array<float, block>& numbers) {
  for (std::size_t i = 0; i < block; ++i) numbers[i] = widen_as_subnormal(halves[i]);
  for (std::size_t i = 0; i < block; ++i) numbers[i] = widen_or_choose(halves[i], numbers[i]);
}

void widen(const std::array<BFloat16, block>& stored, std::array<float, block>& numbers) {
  for (std::size_t i = 0; i < block; ++i) {
    numbers[i] = std::bit_cast<float>(static_cast<std::uint32_t>(stored[i].bits) << 16);
  }
}

/// 1 for infinities and NaN, from the bits: comparisons of NaN do not vectorise well.
inline std::uint32_t not_finite(float number) {
  constexpr std::uint32_t exponent = 0x7f800000;
  return (std::bit_cast<std::uint32_t>(number) & exponent) == exponent ? 1U : 0U;
}
inline std::uint64_t not_finite(double number) {
  constexpr std::uint64_t exponent = 0x7ff0000000000000;
  return (std::bit_cast<std::uint64_t>(number) & exponent) == exponent ? 1U : 0U;
}

/// Copies with a change of type; whether all results are finite.
template <class Number, class Target>
bool copy(const Number* numbers, std::size_t count, Target* target) {
  auto faults = not_finite(Target{});
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<Target>(numbers[i]);
    target[i] = value;
    faults |= not_finite(value);
  }
  return faults == 0;
}

/// Block by block through aligned memory: files may hold numbers at odd addresses.
template <class Stored, class Target>
bool convert(std::span<const std::byte> source, Target* target) {
  constexpr bool is_narrow = sizeof(Stored) == 2;
  std::array<Stored, block> stored{};
  std::array<float, block> widened{};
  const std::size_t count = source.size() / sizeof(Stored);
  bool finite = true;
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t size = std::min(block, count - first);
    std::memcpy(stored.data(), source.data() + first * sizeof(Stored), size * sizeof(Stored));
    if constexpr (is_narrow) {
      widen(stored, widened);
      finite = copy(widened.data(), size, target + first) && finite;
    } else {
      finite = copy(stored.data(), size, target + first) && finite;
    }
  }
  return finite;
}

template <class Target>
bool convert_any(Dtype dtype, std::span<const std::byte> source, Target* target) {
  switch (dtype) {
    case Dtype::f16:
      return convert<Half>(source, target);
    case Dtype::bf16:
      return convert<BFloat16>(source, target);
    case Dtype::f32:
      return convert<float>(source, target);
    default:
      return convert<double>(source, target);
  }
}

}  // namespace

bool is_floating_point(Dtype dtype) {
  return dtype == Dtype::f16 || dtype == Dtype::bf16 || dtype == Dtype::f32 || dtype == Dtype::f64;
}

bool convert_numbers(Dtype dtype, std::span<const std::byte> source, float* target) {
  return convert_any(dtype, source, target);
}

bool convert_numbers(Dtype dtype, std::span<const std::byte> source, double* target) {
  return convert_any(dtype, source, target);
}

}  // namespace integrad
