// Every table of product kernels that this processor can run, against plain sums in double.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "integrad/compute/cpu/product.h"
#include "tests/support/random_matrix.h"

namespace integrad::cpu {
namespace {

using testing::random_matrix;
using testing::relative_difference;

struct Table {
  const ProductKernels* kernels;
  bool rounded;  // operands rounded to bfloat16
};

std::vector<Table> tables() {
  std::vector<Table> tables{{&product_kernels_baseline(false), false},
                            {&product_kernels_baseline(true), true}};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    tables.push_back({&product_kernels_avx2(false), false});
    tables.push_back({&product_kernels_avx2(true), true});
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    tables.push_back({&product_kernels_avx512(false), false});
    tables.push_back({&product_kernels_avx512(true), true});
    if (__builtin_cpu_supports("avx512bf16")) {
      tables.push_back({&product_kernels_avx512_bf16(), true});
      if (has_amx()) tables.push_back({&product_kernels_amx(), true});
    }
  }
  return tables;
}

/// Nearest bfloat16, by its definition: 8 significant bits, ties to even.
double bf16(float x) {
  int exponent = 0;
  const double mantissa = std::frexp(static_cast<double>(x), &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(mantissa, 8)), exponent - 8);
}

Matrix<double> plain_product(ConstMatrixView<float> a, const RightFactor& b, bool rounded) {
  Matrix<double> c(a.rows, b.columns());
  const auto value = [&](float x) { return rounded ? bf16(x) : static_cast<double>(x); };
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < b.columns(); ++j) {
      double sum = 0;
      for (Index k = 0; k < a.columns; ++k) {
        sum += value(a(i, k)) * value(b.transposed ? b.matrix(j, k) : b.matrix(k, j));
      }
      c(i, j) = sum;
    }
  }
  return c;
}

/// Rows, inner, columns: every remainder of tiles, vectors and blocks.
constexpr std::array<Index, 3> shapes[] = {{1, 1, 1},     {5, 3, 17},   {6, 64, 64},
                                           {7, 65, 15},   {13, 31, 70}, {25, 769, 9},
                                           {32, 48, 128}, {3, 1537, 33}};

TEST(ProductKernels, EveryInstructionSetAgreesWithPlainSums) {
  for (const Table& table : tables()) {
    for (const auto& [rows, inner, columns] : shapes) {
      const auto a = random_matrix<float>(rows, inner, 1),
                 wide = random_matrix<float>(inner, columns + 3, 2),
                 tall = random_matrix<float>(columns, inner + 5, 3);
      Worker worker(*table.kernels);
      for (const RightFactor& b : {RightFactor{wide.view().column_range(2, columns), false},
                                   RightFactor{tall.view().column_range(4, inner), true}}) {
        Matrix<float> c(rows, columns);
        worker.multiply(a, b, c);
        EXPECT_LT(relative_difference(c, plain_product(a, b, table.rounded)), 2e-6)
            << table.kernels->instruction_set << " " << rows << "x" << inner << "x" << columns
            << (b.transposed ? " transposed" : "");
      }
    }
  }
}

TEST(ProductKernels, StartFromARowOrFromTheResult) {
  for (const Table& table : tables()) {
    const auto a = random_matrix<float>(9, 800, 1), b = random_matrix<float>(800, 70, 2),
               bias = random_matrix<float>(1, 70, 3);
    Worker worker(*table.kernels);
    Matrix<float> plain(9, 70), biased(9, 70), added(9, 70);
    worker.multiply(a, {b}, plain);
    worker.multiply(a, {b}, biased, {bias.data(), 0});
    added.fill(1.5f);
    worker.multiply(a, {b}, added, {added.data(), 70});
    for (Index r = 0; r < 9; ++r) {
      for (Index c = 0; c < 70; ++c) {
        EXPECT_NEAR(biased(r, c), plain(r, c) + bias(0, c), 1e-4);
        EXPECT_NEAR(added(r, c), plain(r, c) + 1.5f, 1e-4);
      }
    }
  }
}

TEST(ProductKernels, ARowHasTheSameBitsAmongAnyOthers) {
  for (const Table& table : tables()) {
    const auto a = random_matrix<float>(40, 801, 1), b = random_matrix<float>(801, 133, 2);
    Worker worker(*table.kernels);
    Matrix<float> all(40, 133);
    worker.multiply(a, {b}, all);
    for (const Index first : {0, 5, 39}) {
      Matrix<float> one(1, 133);
      worker.multiply(a.view().row_range(first, 1), {b}, one);
      EXPECT_EQ(std::memcmp(one.data(), all.row(first), 133 * sizeof(float)), 0)
          << table.kernels->instruction_set;
    }
  }
}

TEST(Products, SameBitsForAnyNumberOfThreads) {
  const auto a = random_matrix<float>(500, 96, 1), b = random_matrix<float>(96, 70, 2);
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    Matrix<float> one(500, 70), three(500, 70);
    Products(precision, 1).multiply({a}, {b}, {}, Keep{one});
    Products(precision, 3).multiply({a}, {b}, {}, Keep{three});
    EXPECT_EQ(std::memcmp(one.data(), three.data(), 500 * 70 * sizeof(float)), 0);
  }
}

/// More than one block of panels along the inner dimension, an odd end, a panel that is not full.
TEST(Products, KeptFactorsChangeNoBit) {
  const auto a = random_matrix<float>(7, 1603, 1), b = random_matrix<float>(1603, 70, 2),
             b_transposed = random_matrix<float>(70, 1603, 3);
  for (const RightFactor& factor : {RightFactor{b}, RightFactor{b_transposed, true}}) {
    Products products(Precision::bf16, 2);
    Matrix<float> expected(7, 70), found(7, 70);
    products.multiply({a}, factor, {}, Keep{expected});
    EXPECT_EQ(products.kept(factor).panels, nullptr);  // no room
    products.keep_factors(Index{1} << 20);
    const RightFactor kept = products.kept(factor);
    products.multiply({a}, kept, {}, Keep{found});
    EXPECT_EQ(std::memcmp(found.data(), expected.data(), 7 * 70 * sizeof(float)), 0);
    EXPECT_EQ(products.kept(factor).panels, kept.panels);
    const bool other_form = products.kernels().convert != nullptr;
    EXPECT_EQ(kept.panels != nullptr, other_form);
    products.keep_factors(100);
    EXPECT_EQ(products.kept({a}).panels, nullptr);
  }
}

TEST(ProductKernels, InfinityAndNotANumberAreSeen) {
  for (const Table& table : tables()) {
    for (const float strange : {INFINITY, -INFINITY, NAN}) {
      auto a = random_matrix<float>(2, 5, 1);
      const auto b = random_matrix<float>(5, 3, 2);
      a(1, 4) = strange;
      Matrix<float> c(2, 3);
      Worker(*table.kernels).multiply(a, {b}, c);
      for (Index j = 0; j < 3; ++j) {
        EXPECT_TRUE(std::isfinite(c(0, j)));
        EXPECT_FALSE(std::isfinite(c(1, j))) << table.kernels->instruction_set;
      }
    }
  }
}

}  // namespace
}  // namespace integrad::cpu
