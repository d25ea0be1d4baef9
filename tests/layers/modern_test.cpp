// ModernBERT's layers: backward against dual numbers, first rows against all rows, windows.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/modern_block.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::random_matrix;

constexpr double tolerance = 1e-12;
constexpr Index hidden = 8;

/// The same random weights for both scalars.
template <class Layer>
Layer random_layer(Layer layer) {
  unsigned seed = 100;
  layer.visit("layer", [&](const std::string&, auto values) {
    const auto numbers = random_matrix<double>(values.rows, values.columns, ++seed, 0.5);
    for (Index r = 0; r < values.rows; ++r) {
      for (Index c = 0; c < values.columns; ++c) values(r, c) = numbers(r, c);
    }
  });
  return layer;
}

/// Blocks 0, 2 see everything, blocks 1, 3 two rows to each side.
ModernBlockOptions options_of(bool biased) {
  ModernBlockOptions options;
  options.local = {false, true, false, true};
  options.window = 2;
  options.attention_bias = options.feed_forward_bias = options.norm_bias = biased;
  return options;
}

template <class T>
ModernBlock<T> block_of(Index number, bool biased) {
  const BlockSizes sizes{hidden, 2, 12, Activation::gelu, 1e-5, 16};
  return random_layer(ModernBlock<T>(sizes, options_of(biased), number));
}

struct ModernBlocks : ::testing::TestWithParam<std::tuple<Index, bool>> {
  ModernBlocks() {
    for (const Index length : {6, 1, 3}) sequences.append(length);
    input = random_matrix<double>(sequences.rows(), hidden, 9);
  }
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  Sequences sequences;
  Matrix<double> input;
  ModernBlock<double> block = block_of<double>(std::get<0>(GetParam()), std::get<1>(GetParam()));
  ModernBlock<Dual> dual_block = block_of<Dual>(std::get<0>(GetParam()), std::get<1>(GetParam()));
  ModernBlock<double>::Trace trace;
  ModernBlock<double>::Scratch scratch;
};

TEST_P(ModernBlocks, Adjoint) {
  Matrix<double> output(input.rows(), hidden);
  block.forward(plain, sequences, input, output, trace, scratch);
  const auto forward = [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
    ModernBlock<Dual>::Trace t;
    ModernBlock<Dual>::Scratch s;
    dual_block.forward(dual, sequences, x, y, t, s);
  };
  const auto in_place = [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
    for (Index r = 0; r < d_y.rows; ++r) std::copy_n(d_y.row(r), hidden, d_x.row(r));
    block.backward(plain, sequences, trace, d_x, d_x, scratch);
  };
  const auto apart = [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
    block.backward(plain, sequences, trace, d_y, d_x, scratch);
  };
  EXPECT_LT(adjoint_gap(input, input.rows(), hidden, forward, apart), tolerance);
  EXPECT_LT(adjoint_gap(input, input.rows(), hidden, forward, in_place), tolerance);
}

TEST_P(ModernBlocks, OnlyTheFirstRows) {
  Matrix<double> all(input.rows(), hidden), first(sequences.count(), hidden);
  block.forward(plain, sequences, input, all, trace, scratch);
  block.forward_first(plain, sequences, input, first, trace, scratch);
  for (Index s = 0; s < sequences.count(); ++s) {
    for (Index c = 0; c < hidden; ++c) {
      EXPECT_NEAR(first(s, c), all(sequences.start(s), c), 1e-14);
    }
  }
  EXPECT_LT(adjoint_gap(
                input, sequences.count(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  ModernBlock<Dual>::Trace t;
                  ModernBlock<Dual>::Scratch s;
                  dual_block.forward_first(dual, sequences, x, y, t, s);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  block.backward_first(plain, sequences, trace, d_y, d_x, scratch);
                }),
            tolerance);
}

INSTANTIATE_TEST_SUITE_P(NumberAndBias, ModernBlocks,
                         ::testing::Combine(::testing::Values(0, 1, 2), ::testing::Bool()));

/// A row farther away than the window changes nothing; in a block that sees everything it does.
TEST(ModernBlock, LocalBlocksDoNotSeeFarRows) {
  ReferenceBackend<double> backend;
  Sequences sequences;
  sequences.append(9);
  for (const Index number : {1, 2}) {
    const auto block = block_of<double>(number, false);
    ModernBlock<double>::Trace trace;
    ModernBlock<double>::Scratch scratch;
    auto input = random_matrix<double>(9, hidden, 1);
    Matrix<double> before(9, hidden), after(9, hidden);
    block.forward(backend, sequences, input, before, trace, scratch);
    input(5, 3) += 1;
    block.forward(backend, sequences, input, after, trace, scratch);
    EXPECT_NE(after(3, 0), before(3, 0));
    EXPECT_EQ(after(2, 0) == before(2, 0), block.attention.window == 2);
    EXPECT_EQ(after(8, 0) == before(8, 0), block.attention.window == 2);
  }
}

TEST(ModernBlock, VisitsWhatTheCheckpointHolds) {
  const auto names_of = [](ModernBlock<double> block) {
    std::vector<std::string> names;
    block.visit("b", [&](const std::string& name, auto values) {
      names.push_back(name + " " + std::to_string(values.rows) + "x" +
                      std::to_string(values.columns));
    });
    return names;
  };
  const std::vector<std::string> first{
      "b.attention.qkv.weight 24x8",       "b.attention.output.weight 8x8",
      "b.feed_forward_norm.weight 1x8",    "b.feed_forward.inner.weight 24x8",
      "b.feed_forward.output.weight 8x12",
  };
  EXPECT_EQ(names_of(block_of<double>(0, false)), first);
  EXPECT_EQ(names_of(block_of<double>(1, false)).front(), "b.attention_norm.weight 1x8");
  EXPECT_EQ(names_of(block_of<double>(1, true)).size(), 12u);
}

}  // namespace
}  // namespace integrad
