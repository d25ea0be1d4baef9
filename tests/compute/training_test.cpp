// What only training needs: derivatives with respect to weights, and dropout.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "integrad/compute/backend.h"
#include "integrad/compute/cpu/row_kernels.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

using testing::convert;
using testing::inner_product;
using testing::random_matrix;
using testing::relative_difference;

class TrainingOperations : public ::testing::TestWithParam<int> {
 protected:
  std::unique_ptr<Backend<float>> cpu = make_backend<float>("cpu", GetParam());
  std::unique_ptr<Backend<double>> reference = make_backend<double>("reference");
};

TEST_P(TrainingOperations, WeightsOfALinearMap) {
  for (const auto [rows, in, out] :
       {std::array<Index, 3>{1, 1, 1}, {7, 5, 3}, {33, 64, 96}, {1100, 40, 300}, {513, 20, 2}}) {
    const auto x = random_matrix<double>(rows, in, 1), d_y = random_matrix<double>(rows, out, 2);
    auto d_w = random_matrix<double>(out, in, 3), d_b = random_matrix<double>(1, out, 4);
    auto d_w32 = convert<float>(d_w), d_b32 = convert<float>(d_b);
    reference->linear_d_weight(d_y, x, d_w, d_b);
    cpu->linear_d_weight(convert<float>(d_y), convert<float>(x), d_w32, d_b32);
    EXPECT_LT(relative_difference(d_w32, d_w), 3e-6);
    EXPECT_LT(relative_difference(d_b32, d_b), 3e-6);
    Matrix<double> without(0, out);
    cpu->linear_d_weight(convert<float>(d_y), convert<float>(x), d_w32, {});
  }
}

/// y = x Wᵀ + b is linear in W and b: its adjoint is what linear_d_weight adds.
TEST_P(TrainingOperations, AdjointOfALinearMap) {
  const auto x = random_matrix<double>(9, 5, 1), w = random_matrix<double>(4, 5, 2),
             b = random_matrix<double>(1, 4, 3), d_y = random_matrix<double>(9, 4, 4);
  Matrix<double> y(9, 4), d_w(4, 5), d_b(1, 4);
  d_w.fill(0);
  d_b.fill(0);
  reference->linear(x, w, b, y);
  reference->linear_d_weight(d_y, x, d_w, d_b);
  EXPECT_NEAR(inner_product(y, d_y), inner_product(w, d_w) + inner_product(b, d_b), 1e-12);
}

TEST_P(TrainingOperations, ParametersOfALayerNorm) {
  for (const auto [rows, columns] : {std::array<Index, 2>{1, 1}, {9, 300}, {700, 64}}) {
    const auto n = random_matrix<double>(rows, columns, 1),
               d_y = random_matrix<double>(rows, columns, 2);
    auto scale = random_matrix<double>(1, columns, 3), shift = random_matrix<double>(1, columns, 4);
    auto scale32 = convert<float>(scale), shift32 = convert<float>(shift);
    reference->layer_norm_d_parameters(d_y, n, scale, shift);
    cpu->layer_norm_d_parameters(convert<float>(d_y), convert<float>(n), scale32, shift32);
    EXPECT_LT(relative_difference(scale32, scale), 3e-6);
    EXPECT_LT(relative_difference(shift32, shift), 3e-6);
  }
}

TEST_P(TrainingOperations, DropoutLeavesOutTheSameEntries) {
  const Dropout dropout{0.1, 42, 7};
  for (const Index columns : {1, 5, 64, 70, 384}) {
    Matrix<double> ones(50, columns), y(50, columns);
    Matrix<float> y32(50, columns);
    ones.fill(1);
    reference->drop_out(dropout, ones, y);
    cpu->drop_out(dropout, convert<float>(ones), y32);
    for (Index i = 0; i < 50 * columns; ++i)
      ASSERT_EQ(y32.data()[i], static_cast<float>(y.data()[i]));
    reference->drop_out({}, ones, y);
    EXPECT_EQ(relative_difference(y, ones), 0);
  }
}

TEST_P(TrainingOperations, AttentionWithDropout) {
  Sequences rows;
  for (const Index length : {1, 3, 70, 17}) rows.append(length);
  const Index n = rows.rows(), hidden = 12, heads = 3;
  const auto q = random_matrix<double>(n, hidden, 1), k = random_matrix<double>(n, hidden, 2),
             v = random_matrix<double>(n, hidden, 3), d_c = random_matrix<double>(n, hidden, 4);
  const auto q32 = convert<float>(q), k32 = convert<float>(k), v32 = convert<float>(v);
  AttentionInput<double> input{rows, rows, heads, 0.5, q, k, v};
  AttentionInput<float> input32{rows, rows, heads, 0.5, q32, k32, v32};
  input.dropout = input32.dropout = {0.3, 5, 9};
  Matrix<double> c(n, hidden), l(n, heads), d_q(n, hidden), d_k(n, hidden), d_v(n, hidden);
  Matrix<float> c32(n, hidden), l32(n, heads), d_q32(n, hidden), d_k32(n, hidden), d_v32(n, hidden);
  reference->attention(input, c, l);
  cpu->attention(input32, c32, l32);
  EXPECT_LT(relative_difference(c32, c), 3e-6);
  reference->attention_d_input(input, {c, l}, d_c, d_q, d_k, d_v);
  cpu->attention_d_input(input32, {c32, l32}, convert<float>(d_c), d_q32, d_k32, d_v32);
  EXPECT_LT(relative_difference(d_q32, d_q), 1e-5);
  EXPECT_LT(relative_difference(d_k32, d_k), 1e-5);
  EXPECT_LT(relative_difference(d_v32, d_v), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Threads, TrainingOperations, ::testing::Values(1, 3));

TEST(Dropout, RandomNumbersAreThoseOfPhilox) {
  // Random123's known answer of philox4x32, seven rounds, counter and key 0: word 0 is 5f6fb709.
  const double word = 0x5f6fb709;
  float factor = -1;
  dropout_factors({word / 4294967296.0, 0, 0}, 0, 1, &factor);
  EXPECT_GT(factor, 1);
  dropout_factors({(word + 1) / 4294967296.0, 0, 0}, 0, 1, &factor);
  EXPECT_EQ(factor, 0);
  // Word 1 of block 0 is entry 16: 0d893f64.
  const double second = 0x0d893f64;
  dropout_factors({second / 4294967296.0, 0, 0}, 16, 1, &factor);
  EXPECT_GT(factor, 1);
  dropout_factors({(second + 1) / 4294967296.0, 0, 0}, 16, 1, &factor);
  EXPECT_EQ(factor, 0);
}

TEST(Dropout, EveryInstructionSetDrawsTheSame) {
  const Dropout dropout{0.25, 0x123456789ABCDEF0, 0xFEDCBA9876543210};
  const std::uint64_t first = (std::uint64_t{1} << 40) + 3;
  std::vector<float> expected(1000), found(1000);
  dropout_factors(dropout, first, 1000, expected.data());
  for (const auto* kernels : {&cpu::row_kernels_baseline(), &cpu::row_kernels()}) {
    cpu::fill_factors(*kernels, dropout, first, 1000, found.data());
    EXPECT_EQ(found, expected) << kernels->instruction_set;
  }
}

TEST(Dropout, AsManyAsTheRateSays) {
  constexpr Index n = 200000;
  std::vector<float> factors(n);
  dropout_factors({0.1, 3, 4}, 0, n, factors.data());
  const auto zeros = std::count(factors.begin(), factors.end(), 0.0f);
  EXPECT_NEAR(static_cast<double>(zeros) / n, 0.1, 0.003);  // 4.5 standard deviations
  EXPECT_EQ(*std::max_element(factors.begin(), factors.end()), 1 / 0.9f);
}

}  // namespace
}  // namespace integrad
