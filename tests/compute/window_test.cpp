// Attention in a local window: against attention of the rows that a query sees, dual numbers, and
// the cpu backend against the reference.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "integrad/compute/reference/reference_backend.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::convert;
using testing::random_matrix;
using testing::relative_difference;

constexpr Index heads = 2, hidden = 10;

Sequences sequences_of(const std::vector<Index>& lengths) {
  Sequences sequences;
  for (const Index length : lengths) sequences.append(length);
  return sequences;
}

/// Queries, keys and values side by side.
template <class T>
AttentionInput<T> operands(const Sequences& sequences, ConstMatrixView<T> qkv, Index window) {
  return {sequences,
          sequences,
          heads,
          0.6,
          qkv.column_range(0, hidden),
          qkv.column_range(hidden, hidden),
          qkv.column_range(2 * hidden, hidden),
          {},
          window};
}

TEST(Window, AQueryAloneWithTheKeysItSees) {
  ReferenceBackend<double> backend;
  constexpr Index length = 9, window = 2;
  const Sequences all = sequences_of({length});
  const auto qkv = random_matrix<double>(length, 3 * hidden, 1);
  Matrix<double> context(length, hidden), normalizer(length, heads), alone(1, hidden),
      alone_normalizer(1, heads);
  const auto input = operands<double>(all, qkv, window);
  backend.attention(input, context, normalizer);
  const Sequences one = sequences_of({1});
  for (Index i = 0; i < length; ++i) {
    const Index begin = std::max<Index>(0, i - window), end = std::min(length, i + window + 1);
    const Sequences seen = sequences_of({end - begin});
    backend.attention(
        {one, seen, heads, 0.6, input.query.row_range(i, 1),
         input.key.row_range(begin, end - begin), input.value.row_range(begin, end - begin)},
        alone, alone_normalizer);
    for (Index c = 0; c < hidden; ++c) EXPECT_EQ(alone(0, c), context(i, c));
    for (Index h = 0; h < heads; ++h) EXPECT_EQ(alone_normalizer(0, h), normalizer(i, h));
  }
}

TEST(Window, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const Sequences sequences = sequences_of({7, 1, 5});
  for (const Index window : {1, 2, 4, 20}) {
    const auto qkv = random_matrix<double>(sequences.rows(), 3 * hidden, 5);
    Matrix<double> context(sequences.rows(), hidden), normalizer(sequences.rows(), heads);
    plain.attention(operands<double>(sequences, qkv, window), context, normalizer);
    const auto gap = adjoint_gap(
        qkv, sequences.rows(), hidden,
        [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
          Matrix<Dual> n(sequences.rows(), heads);
          dual.attention(operands<Dual>(sequences, x, window), y, n);
        },
        [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
          plain.attention_d_input(operands<double>(sequences, qkv, window), {context, normalizer},
                                  d_y, d_x.column_range(0, hidden),
                                  d_x.column_range(hidden, hidden),
                                  d_x.column_range(2 * hidden, hidden));
        });
    EXPECT_LT(gap, 1e-12) << window;
  }
}

/// Both backends on the same random operands.
void compare(Backend<float>& cpu, const Sequences& queries, const Sequences& keys, Index head_count,
             Index d, Index window) {
  ReferenceBackend<double> reference;
  const Index rows = queries.rows(), columns = head_count * d;
  const auto q = random_matrix<double>(rows, columns, 1),
             k = random_matrix<double>(keys.rows(), columns, 2),
             v = random_matrix<double>(keys.rows(), columns, 3),
             d_context = random_matrix<double>(rows, columns, 4);
  const auto q32 = convert<float>(q), k32 = convert<float>(k), v32 = convert<float>(v);
  const AttentionInput<double> input{queries, keys, head_count, 0.4, q, k, v, {}, window};
  const AttentionInput<float> input32{queries, keys, head_count, 0.4, q32, k32, v32, {}, window};
  Matrix<double> context(rows, columns), normalizer(rows, head_count), d_q(rows, columns),
      d_k(keys.rows(), columns), d_v(keys.rows(), columns);
  Matrix<float> context32(rows, columns), normalizer32(rows, head_count), d_q32(rows, columns),
      d_k32 = convert<float>(k), d_v32 = convert<float>(v);  // what lies there is replaced
  reference.attention(input, context, normalizer);
  cpu.attention(input32, context32, normalizer32);
  constexpr double tolerance = 2e-6;  // as in conformance_test.cpp
  EXPECT_LT(relative_difference(context32, context), tolerance) << window;
  EXPECT_LT(relative_difference(normalizer32, normalizer), tolerance) << window;
  reference.attention_d_input(input, {context, normalizer}, d_context, d_q, d_k, d_v);
  cpu.attention_d_input(input32, {context32, normalizer32}, convert<float>(d_context), d_q32, d_k32,
                        d_v32);
  EXPECT_LT(relative_difference(d_q32, d_q), 2 * tolerance) << window;
  EXPECT_LT(relative_difference(d_k32, d_k), 2 * tolerance) << window;
  EXPECT_LT(relative_difference(d_v32, d_v), 2 * tolerance) << window;
}

TEST(Window, CpuIsTheReference) {
  const Sequences all = sequences_of({1, 2, 40, 63, 64, 65, 130, 200});
  Sequences first;
  for (Index s = 0; s < all.count(); ++s) first.append(1);
  for (const int threads : {1, 3}) {
    const auto cpu = make_backend<float>("cpu", threads);
    for (const Index window : {1, 3, 16, 64, 100, 199, 300}) {
      for (const auto& [head_count, d] : {std::pair<Index, Index>{1, 4}, {3, 16}}) {
        compare(*cpu, all, all, head_count, d, window);
        compare(*cpu, first, all, head_count, d, window);
      }
    }
  }
}

/// What no query sees is not read: it may be anything.
TEST(Window, CpuSkipsWhatIsOutside) {
  const auto cpu = make_backend<float>("cpu", 1);
  const Sequences first = sequences_of({1}), keys = sequences_of({50});
  const auto q = random_matrix<float>(1, hidden, 1);
  auto k = random_matrix<float>(50, hidden, 2), v = random_matrix<float>(50, hidden, 3);
  constexpr Index window = 7;
  for (Index j = window + 1; j < 50; ++j) {
    for (Index c = 0; c < hidden; ++c) k(j, c) = v(j, c) = std::numeric_limits<float>::quiet_NaN();
  }
  Matrix<float> context(1, hidden), normalizer(1, heads), d_q(1, hidden), d_k(50, hidden),
      d_v(50, hidden);
  const AttentionInput<float> input{first, keys, heads, 0.4, q, k, v, {}, window};
  cpu->attention(input, context, normalizer);
  cpu->attention_d_input(input, {context, normalizer}, q, d_q, d_k, d_v);
  for (Index c = 0; c < hidden; ++c) {
    EXPECT_TRUE(std::isfinite(context(0, c)));
    EXPECT_TRUE(std::isfinite(d_q(0, c)));
    EXPECT_NE(d_v(window, c), 0);
    for (Index j = window + 1; j < 50; ++j) EXPECT_EQ(d_k(j, c) + d_v(j, c), 0);
  }
}

TEST(Window, NeedsAKeyBesideEachQueryAndNoBias) {
  ReferenceBackend<double> backend;
  const Sequences queries = sequences_of({3}), keys = sequences_of({2});
  Matrix<double> q(3, hidden), k(2, hidden), context(3, hidden), normalizer(3, heads), bias(2, 5);
  EXPECT_THROW(backend.attention({queries, keys, heads, 1, q, k, k, {}, 1}, context, normalizer),
               std::logic_error);
  EXPECT_THROW(
      backend.attention({queries, queries, heads, 1, q, q, q, {bias}, 1}, context, normalizer),
      std::logic_error);
}

}  // namespace
}  // namespace integrad
