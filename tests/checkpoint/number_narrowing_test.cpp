#include "integrad/checkpoint/number_narrowing.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "integrad/checkpoint/number_conversion.h"

namespace integrad {
namespace {

std::uint16_t narrow(float number, Dtype dtype, std::size_t expected_overflows = 0) {
  std::size_t overflows = 0;
  const std::vector<std::byte> bytes = narrow_numbers(std::span(&number, 1), dtype, overflows);
  EXPECT_EQ(overflows, expected_overflows) << number;
  std::uint16_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof bits);
  return bits;
}

float widened(std::uint16_t bits, Dtype dtype) {
  float number = 0;
  convert_numbers(dtype, std::as_bytes(std::span(&bits, 1)), &number);
  return number;
}

/// All 65536 numbers survive, and what lies between two neighbours goes to the nearer one, a tie to
/// the even one.
TEST(NumberNarrowing, EveryNumberAndEveryMiddle) {
  for (const Dtype dtype : {Dtype::f16, Dtype::bf16}) {
    const std::uint16_t infinite = dtype == Dtype::f16 ? 0x7c00 : 0x7f80;
    for (std::uint32_t bits = 0; bits < infinite; ++bits) {
      const auto low = static_cast<std::uint16_t>(bits);
      const float number = widened(low, dtype);
      ASSERT_EQ(narrow(number, dtype), low);
      ASSERT_EQ(narrow(-number, dtype), low | 0x8000);
      if (bits + 1 == infinite) continue;
      const auto high = static_cast<std::uint16_t>(bits + 1);
      const float middle = number + (widened(high, dtype) - number) / 2;
      ASSERT_EQ(narrow(middle, dtype), bits % 2 == 0 ? low : high) << number;
      ASSERT_EQ(narrow(std::nextafter(middle, 0.0F), dtype), low) << number;
      ASSERT_EQ(narrow(std::nextafter(middle, INFINITY), dtype), high) << number;
    }
  }
}

TEST(NumberNarrowing, LargeNumbersAreCounted) {
  EXPECT_EQ(narrow(65519.0F, Dtype::f16), 0x7bff);
  EXPECT_EQ(narrow(65520.0F, Dtype::f16, 1), 0x7c00);
  EXPECT_EQ(narrow(-1e30F, Dtype::f16, 1), 0xfc00);
  EXPECT_EQ(narrow(std::numeric_limits<float>::max(), Dtype::bf16, 1), 0x7f80);
  EXPECT_EQ(narrow(INFINITY, Dtype::f16), 0x7c00);
  EXPECT_TRUE(std::isnan(widened(narrow(NAN, Dtype::f16), Dtype::f16)));
  EXPECT_TRUE(
      std::isnan(widened(narrow(std::bit_cast<float>(0x7f800001U), Dtype::bf16), Dtype::bf16)));
}

}  // namespace
}  // namespace integrad
