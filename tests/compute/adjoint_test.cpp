// Every derivative of the reference backend against dual numbers.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::convert;
using testing::random_matrix;

constexpr double tolerance = 1e-12;

struct Backends {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
};

TEST(Adjoint, Linear) {
  Backends b;
  const auto weight = random_matrix<double>(5, 7, 1), bias = random_matrix<double>(1, 5, 2);
  const auto gap = adjoint_gap(
      random_matrix<double>(4, 7, 3), 4, 5,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        b.dual.linear(x, convert<Dual>(weight), convert<Dual>(bias), y);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        b.plain.linear_d_input(d_y, weight, d_x, Write::replace);
      });
  EXPECT_LT(gap, tolerance);
}

TEST(Adjoint, LinearAddsToWhatIsThere) {
  ReferenceBackend<double> backend;
  const auto weight = random_matrix<double>(5, 7, 1), d_output = random_matrix<double>(4, 5, 2);
  Matrix<double> replaced(4, 7), added = random_matrix<double>(4, 7, 3);
  const double before = added(2, 3);
  backend.linear_d_input(d_output, weight, replaced, Write::replace);
  backend.linear_d_input(d_output, weight, added, Write::add);
  EXPECT_NEAR(added(2, 3), before + replaced(2, 3), 1e-14);
}

/// Two maps with an activation between them, (7 → 5 → 6).
template <class T>
struct Middle {
  Matrix<T> inner, inner_bias, outer, outer_bias;
  FeedForwardWeights<T> weights() const { return {inner, inner_bias, outer, outer_bias}; }
};

template <class T>
Middle<T> middle() {
  return {convert<T>(random_matrix<double>(5, 7, 2)), convert<T>(random_matrix<double>(1, 5, 3)),
          convert<T>(random_matrix<double>(6, 5, 4)), convert<T>(random_matrix<double>(1, 6, 5))};
}

TEST(Adjoint, FeedForward) {
  Backends b;
  const auto input = random_matrix<double>(4, 7, 1);
  const auto plain = middle<double>();
  const auto dual = middle<Dual>();
  Matrix<double> output(4, 6), derivative(4, 5);
  b.plain.feed_forward(input, plain.weights(), Activation::gelu, output, derivative);
  const auto gap = adjoint_gap(
      input, 4, 6,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        Matrix<Dual> unused(4, 5);
        b.dual.feed_forward(x, dual.weights(), Activation::gelu, y, unused);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        b.plain.feed_forward_d_input(d_y, plain.weights(), derivative, d_x, Write::replace);
      });
  EXPECT_LT(gap, tolerance);
}

TEST(Adjoint, FeedForwardMayAddToItsOwnInput) {
  ReferenceBackend<double> backend;
  const auto square = random_matrix<double>(7, 7, 1), bias = random_matrix<double>(1, 7, 2),
             derivative = random_matrix<double>(4, 7, 3), d_output = random_matrix<double>(4, 7, 4);
  const FeedForwardWeights<double> weights{square, bias, square, bias};
  Matrix<double> apart(4, 7), in_place = convert<double>(d_output);
  backend.feed_forward_d_input(d_output, weights, derivative, apart, Write::replace);
  backend.feed_forward_d_input(in_place, weights, derivative, in_place, Write::add);
  EXPECT_NEAR(in_place(3, 5), d_output(3, 5) + apart(3, 5), 1e-13);
}

TEST(Adjoint, LayerNormWithResidual) {
  Backends b;
  const auto input = random_matrix<double>(3, 9, 1), residual = random_matrix<double>(3, 9, 2);
  const auto scale = random_matrix<double>(1, 9, 3), shift = random_matrix<double>(1, 9, 4);
  Matrix<double> normalized(3, 9), inverse(3, 1), output(3, 9);
  b.plain.layer_norm(input, residual, scale, shift, 1e-5, normalized, inverse, output);
  const auto gap = adjoint_gap(
      input, 3, 9,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        Matrix<Dual> n(3, 9), i(3, 1);
        b.dual.layer_norm(x, convert<Dual>(residual), convert<Dual>(scale), convert<Dual>(shift),
                          1e-5, n, i, y);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        b.plain.layer_norm_d_input(d_y, scale, normalized, inverse, d_x);
      });
  EXPECT_LT(gap, tolerance);
}

/// Queries, keys and values side by side, as one input.
template <class T>
AttentionInput<T> split(const Sequences& sequences, Index heads, ConstMatrixView<T> qkv) {
  const Index hidden = qkv.columns / 3;
  return {sequences,
          sequences,
          heads,
          0.6,
          qkv.column_range(0, hidden),
          qkv.column_range(hidden, hidden),
          qkv.column_range(2 * hidden, hidden)};
}

TEST(Adjoint, Attention) {
  Backends b;
  Sequences sequences;
  for (const Index length : {3, 1, 5}) sequences.append(length);
  constexpr Index heads = 2, hidden = 6;
  const auto qkv = random_matrix<double>(sequences.rows(), 3 * hidden, 5);
  Matrix<double> context(sequences.rows(), hidden), normalizer(sequences.rows(), heads);
  b.plain.attention(split<double>(sequences, heads, qkv), context, normalizer);
  const auto gap = adjoint_gap(
      qkv, sequences.rows(), hidden,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        Matrix<Dual> n(sequences.rows(), heads);
        b.dual.attention(split<Dual>(sequences, heads, x), y, n);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        b.plain.attention_d_input(split<double>(sequences, heads, qkv), {context, normalizer}, d_y,
                                  d_x.column_range(0, hidden), d_x.column_range(hidden, hidden),
                                  d_x.column_range(2 * hidden, hidden));
      });
  EXPECT_LT(gap, tolerance);
}

TEST(Adjoint, TheTestItselfNoticesAWrongDerivative) {
  Backends b;
  const auto weight = random_matrix<double>(5, 7, 1), bias = random_matrix<double>(1, 5, 2);
  const auto gap = adjoint_gap(
      random_matrix<double>(4, 7, 3), 4, 5,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        b.dual.linear(x, convert<Dual>(weight), convert<Dual>(bias), y);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        b.plain.linear_d_input(d_y, weight, d_x, Write::replace);
        d_x(1, 2) += 1e-6;
      });
  EXPECT_GT(gap, tolerance);
}

}  // namespace
}  // namespace integrad
