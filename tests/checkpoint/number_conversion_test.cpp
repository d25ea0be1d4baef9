#include "integrad/checkpoint/number_conversion.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace integrad {
namespace {

template <class Stored>
std::span<const std::byte> bytes_of(const std::vector<Stored>& values) {
  return std::as_bytes(std::span(values));
}

/// Half precision by its definition (IEEE 754-2019, 3.4), slowly.
double half_by_definition(std::uint16_t bits) {
  const int sign = bits >> 15;
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  double magnitude = 0;
  if (exponent == 31) {
    magnitude = fraction == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else {
    magnitude = std::ldexp(1024 + fraction, exponent - 25);
  }
  return sign != 0 ? -magnitude : magnitude;
}

template <class Target>
void expect_same(Target found, double expected, std::uint32_t pattern) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(found)) << pattern;
  } else {
    EXPECT_EQ(static_cast<double>(found), expected) << pattern;
    EXPECT_EQ(std::signbit(found), std::signbit(expected)) << pattern;
  }
}

template <class Target>
void check_all_halves() {
  std::vector<std::uint16_t> patterns(65536);
  for (std::size_t i = 0; i < patterns.size(); ++i) patterns[i] = static_cast<std::uint16_t>(i);
  std::vector<Target> values(patterns.size());
  EXPECT_FALSE(convert_numbers(Dtype::f16, bytes_of(patterns), values.data()));
  for (std::uint32_t i = 0; i < 65536; ++i) {
    expect_same(values[i], half_by_definition(static_cast<std::uint16_t>(i)), i);
  }
}

TEST(NumberConversion, AllHalves) {
  check_all_halves<float>();
  check_all_halves<double>();
}

TEST(NumberConversion, AllBFloat16) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const std::vector<std::uint16_t> pattern{static_cast<std::uint16_t>(i)};
    float value = 0;
    const bool finite = convert_numbers(Dtype::bf16, bytes_of(pattern), &value);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(value), i << 16);
    EXPECT_EQ(finite, std::isfinite(value));
  }
}

TEST(NumberConversion, FinitenessOfEveryHalf) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const std::vector<std::uint16_t> pattern{static_cast<std::uint16_t>(i)};
    float value = 0;
    EXPECT_EQ(convert_numbers(Dtype::f16, bytes_of(pattern), &value), (i & 0x7c00) != 0x7c00) << i;
  }
}

TEST(NumberConversion, SingleAndDouble) {
  const std::vector<float> singles{0.0F, -0.0F, 1.5F, 1e-45F, 3.4e38F};
  const std::vector<double> doubles{0.1, -1e-300, 1.0 + 1e-12, 1e30};
  std::array<float, 5> narrow{};
  std::array<double, 5> wide{};
  EXPECT_TRUE(convert_numbers(Dtype::f32, bytes_of(singles), narrow.data()));
  EXPECT_TRUE(convert_numbers(Dtype::f32, bytes_of(singles), wide.data()));
  for (std::size_t i = 0; i < singles.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(narrow[i]), std::bit_cast<std::uint32_t>(singles[i]));
    expect_same(wide[i], static_cast<double>(singles[i]), 0);
  }
  EXPECT_TRUE(convert_numbers(Dtype::f64, bytes_of(doubles), narrow.data()));
  EXPECT_TRUE(convert_numbers(Dtype::f64, bytes_of(doubles), wide.data()));
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    EXPECT_EQ(wide[i], doubles[i]);
    EXPECT_EQ(narrow[i], static_cast<float>(doubles[i]));
  }
}

TEST(NumberConversion, ADoubleTooLargeForFloatIsNotFinite) {
  const std::vector<double> large{1.0, 1e300};
  std::array<float, 2> narrow{};
  std::array<double, 2> wide{};
  EXPECT_FALSE(convert_numbers(Dtype::f64, bytes_of(large), narrow.data()));
  EXPECT_TRUE(convert_numbers(Dtype::f64, bytes_of(large), wide.data()));
}

/// Odd addresses, and counts around the size of a block.
TEST(NumberConversion, UnalignedAndAnyCount) {
  std::mt19937 random(5);
  for (const std::size_t count : {0, 1, 7, 1023, 1024, 1025, 3000}) {
    std::vector<std::byte> storage(1 + 2 * count);
    for (std::byte& byte : storage) byte = static_cast<std::byte>(random() & 255);
    std::vector<float> values(count + 1, 42.0F);
    convert_numbers(Dtype::f16, std::span(storage).subspan(1), values.data());
    for (std::size_t i = 0; i < count; ++i) {
      const auto bits = static_cast<std::uint16_t>(std::to_integer<int>(storage[1 + 2 * i]) |
                                                   std::to_integer<int>(storage[2 + 2 * i]) << 8);
      expect_same(values[i], half_by_definition(bits), bits);
    }
    EXPECT_EQ(values[count], 42.0F);
  }
}

}  // namespace
}  // namespace integrad
