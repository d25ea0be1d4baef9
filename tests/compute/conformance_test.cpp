// The cpu backend against the reference in double, over many shapes.
#include <gtest/gtest.h>

#include <array>

#include "integrad/base/error.h"
#include "integrad/compute/backend.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

using testing::convert;
using testing::random_matrix;
using testing::relative_difference;

constexpr double tolerance = 2e-6;

class Conformance : public ::testing::TestWithParam<int> {
 protected:
  std::unique_ptr<Backend<float>> cpu = make_backend<float>("cpu", GetParam());
  std::unique_ptr<Backend<double>> reference = make_backend<double>("reference");
};

TEST_P(Conformance, Linear) {
  for (const auto [rows, in, out] :
       {std::array<Index, 3>{1, 1, 1}, {3, 7, 5}, {33, 64, 96}, {130, 32, 200}, {2, 300, 2}}) {
    const auto x = random_matrix<double>(rows, in, 1), w = random_matrix<double>(out, in, 2),
               bias = random_matrix<double>(1, out, 3), d_y = random_matrix<double>(rows, out, 4);
    Matrix<double> y(rows, out), d_x(rows, in);
    Matrix<float> y32(rows, out), d_x32(rows, in);
    reference->linear(x, w, bias, y);
    cpu->linear(convert<float>(x), convert<float>(w), convert<float>(bias), y32);
    EXPECT_LT(relative_difference(y32, y), tolerance);
    reference->linear_d_input(d_y, w, d_x, Write::replace);
    cpu->linear_d_input(convert<float>(d_y), convert<float>(w), d_x32, Write::replace);
    EXPECT_LT(relative_difference(d_x32, d_x), tolerance);
    reference->linear_d_input(d_y, w, d_x, Write::add);
    cpu->linear_d_input(convert<float>(d_y), convert<float>(w), d_x32, Write::add);
    EXPECT_LT(relative_difference(d_x32, d_x), tolerance);
  }
}

TEST_P(Conformance, LayerNorm) {
  for (const Index columns : {1, 2, 5, 32, 100, 384, 769}) {
    const auto x = random_matrix<double>(9, columns, 1), r = random_matrix<double>(9, columns, 2),
               scale = random_matrix<double>(1, columns, 3),
               shift = random_matrix<double>(1, columns, 4),
               d_y = random_matrix<double>(9, columns, 5);
    for (const bool residual : {false, true}) {
      Matrix<double> n(9, columns), inverse(9, 1), y(9, columns), d_x(9, columns);
      Matrix<float> n32(9, columns), inverse32(9, 1), y32(9, columns), d_x32(9, columns);
      const auto r32 = convert<float>(r);
      reference->layer_norm(x, residual ? r.view() : ConstMatrixView<double>(), scale, shift, 1e-5,
                            n, inverse, y);
      cpu->layer_norm(convert<float>(x), residual ? r32.view() : ConstMatrixView<float>(),
                      convert<float>(scale), convert<float>(shift), 1e-5, n32, inverse32, y32);
      EXPECT_LT(relative_difference(y32, y), tolerance) << columns;
      reference->layer_norm_d_input(d_y, scale, n, inverse, d_x);
      cpu->layer_norm_d_input(convert<float>(d_y), convert<float>(scale), n32, inverse32, d_x32);
      if (columns > 2) {  // with one or two columns the derivative vanishes: only rounding is left
        EXPECT_LT(relative_difference(d_x32, d_x), 2e-5) << columns;
      }
    }
  }
}

TEST_P(Conformance, FeedForward) {
  const auto x = random_matrix<double>(7, 40, 1, 1.5),
             inner = random_matrix<double>(65, 40, 2, 0.3),
             inner_bias = random_matrix<double>(1, 65, 3), outer = random_matrix<double>(40, 65, 4),
             outer_bias = random_matrix<double>(1, 40, 5), d_y = random_matrix<double>(7, 40, 6);
  const FeedForwardWeights<double> weights{inner, inner_bias, outer, outer_bias};
  const auto inner32 = convert<float>(inner), inner_bias32 = convert<float>(inner_bias),
             outer32 = convert<float>(outer), outer_bias32 = convert<float>(outer_bias);
  const FeedForwardWeights<float> weights32{inner32, inner_bias32, outer32, outer_bias32};
  for (const Activation f :
       {Activation::gelu, Activation::gelu_tanh, Activation::quick_gelu, Activation::gelu_10,
        Activation::relu, Activation::silu, Activation::mish, Activation::tanh, Activation::sigmoid,
        Activation::linear}) {
    Matrix<double> y(7, 40), derivative(7, 65), d_x = convert<double>(x);
    Matrix<float> y32(7, 40), derivative32(7, 65), d_x32 = convert<float>(x);
    reference->feed_forward(x, weights, f, y, derivative);
    cpu->feed_forward(convert<float>(x), weights32, f, y32, derivative32);
    EXPECT_LT(relative_difference(y32, y), tolerance);
    EXPECT_LT(relative_difference(derivative32, derivative), 2 * tolerance);
    for (const Write write : {Write::replace, Write::add}) {
      reference->feed_forward_d_input(d_y, weights, derivative, d_x, write);
      cpu->feed_forward_d_input(convert<float>(d_y), weights32, convert<float>(derivative), d_x32,
                                write);
      EXPECT_LT(relative_difference(d_x32, d_x), tolerance);
    }
    Matrix<float> in_place = convert<float>(d_y), apart = convert<float>(d_y);
    cpu->feed_forward_d_input(convert<float>(d_y), weights32, derivative32, apart, Write::add);
    cpu->feed_forward_d_input(in_place, weights32, derivative32, in_place, Write::add);
    EXPECT_EQ(relative_difference(in_place, apart), 0);
  }
}

/// Both backends on the same random operands, `queries` rows asking `keys` rows.
void compare_attention(Backend<float>& cpu, Backend<double>& reference, const Sequences& queries,
                       const Sequences& keys, Index heads, Index d) {
  const Index rows = queries.rows(), hidden = heads * d;
  const auto q = random_matrix<double>(rows, hidden, 1),
             k = random_matrix<double>(keys.rows(), hidden, 2),
             v = random_matrix<double>(keys.rows(), hidden, 3),
             d_context = random_matrix<double>(rows, hidden, 4);
  const auto q32 = convert<float>(q), k32 = convert<float>(k), v32 = convert<float>(v);
  const AttentionInput<double> input{queries, keys, heads, 0.4, q, k, v};
  const AttentionInput<float> input32{queries, keys, heads, 0.4, q32, k32, v32};
  Matrix<double> context(rows, hidden), normalizer(rows, heads), d_q(rows, hidden),
      d_k(keys.rows(), hidden), d_v(keys.rows(), hidden);
  Matrix<float> context32(rows, hidden), normalizer32(rows, heads), d_q32(rows, hidden),
      d_k32(keys.rows(), hidden), d_v32(keys.rows(), hidden);
  reference.attention(input, context, normalizer);
  cpu.attention(input32, context32, normalizer32);
  EXPECT_LT(relative_difference(context32, context), tolerance);
  EXPECT_LT(relative_difference(normalizer32, normalizer), tolerance);
  reference.attention_d_input(input, {context, normalizer}, d_context, d_q, d_k, d_v);
  cpu.attention_d_input(input32, {context32, normalizer32}, convert<float>(d_context), d_q32, d_k32,
                        d_v32);
  EXPECT_LT(relative_difference(d_q32, d_q), 2 * tolerance);
  EXPECT_LT(relative_difference(d_k32, d_k), 2 * tolerance);
  EXPECT_LT(relative_difference(d_v32, d_v), 2 * tolerance);
}

TEST_P(Conformance, Attention) {
  for (const auto [heads, d] : {std::array<Index, 2>{1, 4}, {4, 8}, {12, 32}, {2, 5}}) {
    Sequences all, one_a_sequence;
    for (const Index length : {9, 1, 2, 40, 17}) {
      all.append(length);
      one_a_sequence.append(1);
    }
    compare_attention(*cpu, *reference, all, all, heads, d);
    compare_attention(*cpu, *reference, one_a_sequence, all, heads, d);
  }
}

TEST_P(Conformance, WrongShapesAreTheCallersMistake) {
  Matrix<float> x(3, 4), w(5, 6), bias(1, 5), y(3, 5);
  EXPECT_THROW(cpu->linear(x, w, bias, y), std::logic_error);
  EXPECT_THROW(cpu->feed_forward(x, {w, bias, w, bias}, Activation::gelu, y, y), std::logic_error);
}

INSTANTIATE_TEST_SUITE_P(Threads, Conformance, ::testing::Values(1, 2, 3));

TEST(MakeBackend, UnknownNames) {
  EXPECT_THROW(make_backend<float>("cuda"), UsageError);
  EXPECT_THROW(make_backend<double>("cpu"), UsageError);
  EXPECT_THROW(make_backend<float>("reference", 0, Precision::bf16), UsageError);
  EXPECT_THROW(parse_precision("f16"), UsageError);
  EXPECT_EQ(parse_precision("auto"), Precision::automatic);
}

}  // namespace
}  // namespace integrad
