// A block entered behind its projections: the same numbers, and its derivative against dual
// numbers.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/encoder_block.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::random_matrix;
using testing::relative_difference;

constexpr double tolerance = 1e-12;
constexpr Index hidden = 8;

template <class T>
EncoderBlock<T> random_block() {
  EncoderBlock<T> block(hidden, 2, 12, Activation::gelu, 1e-12);
  unsigned seed = 100;
  block.visit("block", [&](const std::string&, auto values) {
    const auto numbers = random_matrix<double>(values.rows, values.columns, ++seed, 0.5);
    for (Index r = 0; r < values.rows; ++r) {
      for (Index c = 0; c < values.columns; ++c) values(r, c) = numbers(r, c);
    }
  });
  return block;
}

struct LiftedBlock : ::testing::Test {
  LiftedBlock() {
    for (const Index length : {4, 1, 3}) sequences.append(length);
    input = random_matrix<double>(sequences.rows(), hidden, 9);
    lifted.resize(sequences.rows(), 4 * hidden);
    block.lift(plain, input, lifted);
  }
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  Sequences sequences;
  EncoderBlock<double> block = random_block<double>();
  EncoderBlock<Dual> dual_block = random_block<Dual>();
  EncoderBlock<double>::Trace trace;
  EncoderBlock<double>::Scratch scratch;
  Matrix<double> input, lifted;
};

TEST_F(LiftedBlock, ForwardsAreThePlainOnes) {
  Matrix<double> expected(input.rows(), hidden), found(input.rows(), hidden);
  block.forward(plain, sequences, input, expected, trace, scratch);
  block.forward_lifted(plain, sequences, lifted, found, trace, scratch);
  EXPECT_LT(relative_difference(found, expected), 1e-15);
  Matrix<double> expected_first(sequences.count(), hidden), found_first(sequences.count(), hidden);
  block.forward_first(plain, sequences, input, expected_first, trace, scratch);
  block.forward_first_lifted(plain, sequences, lifted, found_first, trace, scratch);
  EXPECT_LT(relative_difference(found_first, expected_first), 1e-15);
}

/// Lifting is affine: its derivative is its linear part, whatever the input.
TEST_F(LiftedBlock, LiftAdjoint) {
  EXPECT_LT(adjoint_gap(
                input, input.rows(), 4 * hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) { dual_block.lift(dual, x, y); },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  block.lift_backward(plain, d_y, d_x);
                }),
            tolerance);
}

TEST_F(LiftedBlock, AllRowsAdjoint) {
  Matrix<double> output(input.rows(), hidden);
  block.forward_lifted(plain, sequences, lifted, output, trace, scratch);
  EXPECT_LT(adjoint_gap(
                lifted, input.rows(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  EncoderBlock<Dual>::Trace t;
                  EncoderBlock<Dual>::Scratch s;
                  dual_block.forward_lifted(dual, sequences, x, y, t, s);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  block.backward_lifted(plain, sequences, trace, d_y, d_x, scratch);
                }),
            tolerance);
}

TEST_F(LiftedBlock, OnlyTheFirstRowsAdjoint) {
  Matrix<double> output(sequences.count(), hidden);
  block.forward_first_lifted(plain, sequences, lifted, output, trace, scratch);
  EXPECT_LT(adjoint_gap(
                lifted, sequences.count(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  EncoderBlock<Dual>::Trace t;
                  EncoderBlock<Dual>::Scratch s;
                  dual_block.forward_first_lifted(dual, sequences, x, y, t, s);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  d_x.row(0)[0] = d_x.row(1)[hidden] = 1e300;  // what lay there is replaced
                  block.backward_first_lifted(plain, sequences, trace, d_y, d_x, scratch);
                }),
            tolerance);
}

/// Through the lifted rows and down again is the plain derivative.
TEST_F(LiftedBlock, LoweredDerivativeIsThePlainOne) {
  const auto d_output = random_matrix<double>(input.rows(), hidden, 5);
  Matrix<double> output(input.rows(), hidden), expected(input.rows(), hidden);
  block.forward(plain, sequences, input, output, trace, scratch);
  block.backward(plain, sequences, trace, d_output, expected, scratch);
  Matrix<double> d_lifted(input.rows(), 4 * hidden), found(input.rows(), hidden);
  block.forward_lifted(plain, sequences, lifted, output, trace, scratch);
  block.backward_lifted(plain, sequences, trace, d_output, d_lifted, scratch);
  block.lift_backward(plain, d_lifted, found);
  EXPECT_LT(relative_difference(found, expected), 1e-14);
}

}  // namespace
}  // namespace integrad
