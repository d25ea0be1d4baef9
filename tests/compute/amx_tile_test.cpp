// The loops around AMX's tile registers, with the registers replaced by what they are said to do
// (Intel's instruction set reference, TDPBF16PS), so that they are tested on every processor.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "integrad/base/matrix.h"
#include "tests/support/random_matrix.h"

namespace integrad::cpu {
namespace {

#include "integrad/compute/cpu/amx_tile.h"

using testing::random_matrix;
using testing::relative_difference;

float low(float word) {
  const auto bits = std::bit_cast<std::uint32_t>(word) << 16;
  return std::bit_cast<float>(bits);
}
float high(float word) {
  const auto bits = std::bit_cast<std::uint32_t>(word) & 0xFFFF0000u;
  return std::bit_cast<float>(bits);
}
float word(float low_number, float high_number) {  // numbers that are bfloat16 already
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(low_number) >> 16 |
                              std::bit_cast<std::uint32_t>(high_number));
}
float bf16(float x) {
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(x) + 0x8000u) & 0xFFFF0000u);
}

class PlainBlock {
 public:
  PlainBlock(Index rows, bool right) : rows_(rows), columns_(right ? 32 : 16) {}
  void load(const float* from, Index stride) {
    for (Index r = 0; r < rows_; ++r) std::copy_n(from + r * stride, columns_, sums_[r]);
  }
  void add_product(const float* a, Index a_stride, const float* b, Index b_stride) {
    for (Index r = 0; r < rows_; ++r) {
      for (Index s = 0; s < 16; ++s) {
        for (Index j = 0; j < columns_; ++j) {
          sums_[r][j] += low(a[r * a_stride + s]) * low(b[s * b_stride + j]);
          sums_[r][j] += high(a[r * a_stride + s]) * high(b[s * b_stride + j]);
        }
      }
    }
  }
  void store(float* to, Index stride) const {
    for (Index r = 0; r < rows_; ++r) std::copy_n(sums_[r], columns_, to + r * stride);
  }

 private:
  Index rows_, columns_;
  float sums_[32][32] = {};
};

TEST(AmxTile, EveryNumberOfRowsAndVectors) {
  constexpr Index inner = 96, words = inner / 2;
  for (const Index rows : {1, 15, 16, 17, 31, 32}) {
    for (const Index n : {16, 32, 48, 64}) {
      auto a = random_matrix<float>(rows, inner, 1), b = random_matrix<float>(inner, n, 2);
      const auto start = random_matrix<float>(rows, 64, 3);
      Matrix<float> a_words(rows, words), panel(words, 64), c(rows, 64);
      Matrix<double> expected(rows, n);
      for (Index k = 0; k < inner; ++k) {
        for (Index r = 0; r < rows; ++r) a(r, k) = bf16(a(r, k));
        for (Index j = 0; j < n; ++j) b(k, j) = bf16(b(k, j));
      }
      for (Index s = 0; s < words; ++s) {
        for (Index r = 0; r < rows; ++r) a_words(r, s) = word(a(r, 2 * s), a(r, 2 * s + 1));
        for (Index j = 0; j < n; ++j) panel(s, j) = word(b(2 * s, j), b(2 * s + 1, j));
      }
      for (Index r = 0; r < rows; ++r) {
        for (Index j = 0; j < n; ++j) {
          double sum = start(r, j);
          for (Index k = 0; k < inner; ++k) {
            sum += static_cast<double>(a(r, k)) * static_cast<double>(b(k, j));
          }
          expected(r, j) = sum;
        }
      }
      c.fill(-7.0f);
      amx_tile<PlainBlock>(a_words.data(), words, panel.data(), words, rows, n, start.data(), 64,
                           c.data(), 64);
      EXPECT_LT(relative_difference(expected, c), 2e-6) << rows << " rows, " << n << " columns";
      EXPECT_EQ(n < 64 ? c(rows - 1, n) : -7.0f, -7.0f) << "wrote beyond its columns";
    }
  }
}

}  // namespace
}  // namespace integrad::cpu
