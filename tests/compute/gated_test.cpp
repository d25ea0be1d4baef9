// The gated feed-forward and affine rows: derivatives against dual numbers, the cpu backend against
// the reference.
#include <gtest/gtest.h>

#include <array>

#include "integrad/compute/reference/reference_backend.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::convert;
using testing::random_matrix;
using testing::relative_difference;

constexpr double tolerance = 1e-12;

/// in -> 2 · inner -> out, with or without biases.
template <class T>
struct Gated {
  Gated(Index in, Index inner_size, Index out, bool biased)
      : inner(convert<T>(random_matrix<double>(2 * inner_size, in, 2, 0.4))),
        inner_bias(convert<T>(random_matrix<double>(biased ? 1 : 0, 2 * inner_size, 3))),
        outer(convert<T>(random_matrix<double>(out, inner_size, 4, 0.4))),
        outer_bias(convert<T>(random_matrix<double>(biased ? 1 : 0, out, 5))) {}
  FeedForwardWeights<T> weights() const { return {inner, inner_bias, outer, outer_bias}; }
  Matrix<T> inner, inner_bias, outer, outer_bias;
};

/// By the calls of which it consists.
TEST(Gated, ByItsParts) {
  ReferenceBackend<double> backend;
  const auto x = random_matrix<double>(4, 7, 1);
  const Gated<double> gated(7, 5, 6, true);
  Matrix<double> z(4, 10), f(4, 5), derivative(4, 5), expected(4, 6), found(4, 6), slopes(4, 10);
  backend.linear(x, gated.inner, gated.inner_bias, z);
  backend.activate(z.view().column_range(0, 5), Activation::gelu, f, derivative);
  backend.multiply(f, z.view().column_range(5, 5), f);
  backend.linear(f, gated.outer, gated.outer_bias, expected);
  backend.gated_feed_forward(x, gated.weights(), Activation::gelu, found, slopes);
  EXPECT_EQ(relative_difference(found, expected), 0);
}

TEST(Gated, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const auto x = random_matrix<double>(4, 7, 1);
  for (const bool biased : {false, true}) {
    const Gated<double> gated(7, 5, 6, biased);
    const Gated<Dual> dual_gated(7, 5, 6, biased);
    Matrix<double> output(4, 6), slopes(4, 10);
    plain.gated_feed_forward(x, gated.weights(), Activation::gelu, output, slopes);
    EXPECT_LT(adjoint_gap(
                  x, 4, 6,
                  [&](ConstMatrixView<Dual> input, MatrixView<Dual> y) {
                    Matrix<Dual> unused(4, 10);
                    dual.gated_feed_forward(input, dual_gated.weights(), Activation::gelu, y,
                                            unused);
                  },
                  [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                    plain.gated_feed_forward_d_input(d_y, gated.weights(), slopes, d_x);
                  }),
              tolerance);
  }
}

TEST(Gated, CpuIsTheReference) {
  ReferenceBackend<double> reference;
  for (const int threads : {1, 3}) {
    const auto cpu = make_backend<float>("cpu", threads);
    for (const auto& [in, inner, out] :
         {std::array<Index, 3>{7, 5, 6}, {40, 65, 40}, {64, 96, 64}, {1, 1, 1}, {33, 130, 31}}) {
      for (const Activation f : {Activation::gelu, Activation::relu, Activation::silu}) {
        const auto x = random_matrix<double>(70, in, 1), d_y = random_matrix<double>(70, out, 6);
        const Gated<double> gated(in, inner, out, f == Activation::gelu);
        const Gated<float> gated32(in, inner, out, f == Activation::gelu);
        Matrix<double> y(70, out), slopes(70, 2 * inner), d_x(70, in);
        Matrix<float> y32(70, out), slopes32(70, 2 * inner), d_x32(70, in);
        reference.gated_feed_forward(x, gated.weights(), f, y, slopes);
        cpu->gated_feed_forward(convert<float>(x), gated32.weights(), f, y32, slopes32);
        EXPECT_LT(relative_difference(y32, y), 2e-6);
        EXPECT_LT(relative_difference(slopes32, slopes), 4e-6);
        reference.gated_feed_forward_d_input(d_y, gated.weights(), slopes, d_x);
        cpu->gated_feed_forward_d_input(convert<float>(d_y), gated32.weights(),
                                        convert<float>(slopes), d_x32);
        EXPECT_LT(relative_difference(d_x32, d_x), 2e-6);
      }
    }
  }
}

/// Rows between the two products become words of two numbers; both ends of them are odd here.
TEST(Gated, RoundedToBf16) {
  ReferenceBackend<double> reference;
  const auto cpu = make_backend<float>("cpu", 2, Precision::bf16);
  const auto x = random_matrix<double>(9, 33, 1), d_y = random_matrix<double>(9, 31, 6);
  const Gated<double> gated(33, 75, 31, true);
  const Gated<float> gated32(33, 75, 31, true);
  Matrix<double> y(9, 31), slopes(9, 150), d_x(9, 33);
  Matrix<float> y32(9, 31), slopes32(9, 150), d_x32(9, 33);
  reference.gated_feed_forward(x, gated.weights(), Activation::gelu, y, slopes);
  cpu->gated_feed_forward(convert<float>(x), gated32.weights(), Activation::gelu, y32, slopes32);
  EXPECT_LT(relative_difference(y32, y), 1e-2);
  EXPECT_GT(relative_difference(y32, y), 1e-5);
  reference.gated_feed_forward_d_input(d_y, gated.weights(), slopes, d_x);
  cpu->gated_feed_forward_d_input(convert<float>(d_y), gated32.weights(), convert<float>(slopes),
                                  d_x32);
  EXPECT_LT(relative_difference(d_x32, d_x), 1e-2);
}

TEST(Gated, WrongShapesAreTheCallersMistake) {
  ReferenceBackend<double> reference;
  const auto cpu = make_backend<float>("cpu", 1);
  const Gated<double> gated(4, 3, 4, false);
  const Gated<float> gated32(4, 3, 4, false);
  Matrix<double> x(2, 4), half(2, 3);
  Matrix<float> x32(2, 4), half32(2, 3);
  EXPECT_THROW(reference.gated_feed_forward(x, gated.weights(), Activation::gelu, x, half),
               std::logic_error);
  EXPECT_THROW(cpu->gated_feed_forward(x32, gated32.weights(), Activation::gelu, x32, half32),
               std::logic_error);
}

TEST(Affine, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const auto residual = random_matrix<double>(3, 9, 2), scale = random_matrix<double>(1, 9, 3),
             shift = random_matrix<double>(1, 9, 4);
  EXPECT_LT(adjoint_gap(
                random_matrix<double>(3, 9, 1), 3, 9,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  dual.affine(x, convert<Dual>(residual), convert<Dual>(scale),
                              convert<Dual>(shift), y);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  plain.affine_d_input(d_y, scale, d_x);
                }),
            tolerance);
}

TEST(Affine, EveryPartMayBeLeftOut) {
  ReferenceBackend<double> reference;
  for (const int threads : {1, 2}) {
    const auto cpu = make_backend<float>("cpu", threads);
    const auto x = random_matrix<double>(5, 37, 1), residual = random_matrix<double>(5, 37, 2),
               scale = random_matrix<double>(1, 37, 3), shift = random_matrix<double>(1, 37, 4);
    const auto residual32 = convert<float>(residual), scale32 = convert<float>(scale),
               shift32 = convert<float>(shift);
    for (int parts = 0; parts < 8; ++parts) {
      const bool r = (parts & 1) != 0, f = (parts & 2) != 0, t = (parts & 4) != 0;
      Matrix<double> y(5, 37), d_x(5, 37);
      Matrix<float> y32 = convert<float>(x), d_x32(5, 37);
      reference.affine(x, r ? residual.view() : ConstMatrixView<double>(),
                       f ? scale.view() : ConstMatrixView<double>(),
                       t ? shift.view() : ConstMatrixView<double>(), y);
      EXPECT_DOUBLE_EQ(y(3, 5), (x(3, 5) + (r ? residual(3, 5) : 0)) * (f ? scale(0, 5) : 1) +
                                    (t ? shift(0, 5) : 0));
      cpu->affine(y32, r ? residual32.view() : ConstMatrixView<float>(),
                  f ? scale32.view() : ConstMatrixView<float>(),
                  t ? shift32.view() : ConstMatrixView<float>(), y32);  // in place
      EXPECT_LT(relative_difference(y32, y), 5e-7) << parts;
      reference.affine_d_input(x, scale, d_x);
      cpu->affine_d_input(convert<float>(x), scale32, d_x32);
      EXPECT_LT(relative_difference(d_x32, d_x), 5e-7);
    }
  }
}

}  // namespace
}  // namespace integrad
