// Every layer's backward against dual numbers, and the whole block.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/classification_head.h"
#include "integrad/layers/embeddings.h"
#include "integrad/layers/encoder_block.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::random_matrix;

constexpr double tolerance = 1e-12;
constexpr Index hidden = 8;

/// The same random weights for both scalars.
template <class Layer>
void randomize(Layer& layer) {
  unsigned seed = 100;
  layer.visit("layer", [&](const std::string&, auto values) {
    const auto numbers = random_matrix<double>(values.rows, values.columns, ++seed, 0.5);
    for (Index r = 0; r < values.rows; ++r) {
      for (Index c = 0; c < values.columns; ++c) values(r, c) = numbers(r, c);
    }
  });
}

struct Fixture {
  Fixture() {
    for (const Index length : {4, 1, 3}) sequences.append(length);
    input = random_matrix<double>(sequences.rows(), hidden, 9);
  }
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  Sequences sequences;
  Matrix<double> input;
};

TEST(LayersAdjoint, SelfAttention) {
  Fixture f;
  SelfAttention<double> layer(hidden, 2);
  SelfAttention<Dual> dual(hidden, 2);
  randomize(layer);
  randomize(dual);
  SelfAttention<double>::Trace trace;
  SelfAttention<double>::Scratch scratch;
  Matrix<double> output(f.input.rows(), hidden);
  layer.project(f.plain, f.input, trace);
  layer.attend(f.plain, f.sequences, f.sequences, output, trace);
  EXPECT_LT(adjoint_gap(
                f.input, f.input.rows(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  SelfAttention<Dual>::Trace t;
                  dual.project(f.dual, x, t);
                  dual.attend(f.dual, f.sequences, f.sequences, y, t);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  Matrix<double> d_qkv(d_x.rows, 3 * hidden);
                  layer.attend_backward(f.plain, f.sequences, f.sequences, trace, d_y,
                                        Projections<double>::of(d_qkv), scratch);
                  layer.project_backward(f.plain, d_qkv, d_x, Write::replace);
                }),
            tolerance);
}

TEST(LayersAdjoint, FeedForward) {
  Fixture f;
  FeedForward<double> layer(hidden, 12, Activation::gelu);
  FeedForward<Dual> dual(hidden, 12, Activation::gelu);
  randomize(layer);
  randomize(dual);
  FeedForward<double>::Trace trace;
  Matrix<double> output(f.input.rows(), hidden);
  layer.forward(f.plain, f.input, output, trace);
  EXPECT_LT(adjoint_gap(
                f.input, f.input.rows(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  FeedForward<Dual>::Trace t;
                  dual.forward(f.dual, x, y, t);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  layer.backward(f.plain, trace, d_y, d_x, Write::replace);
                }),
            tolerance);
}

class BlockAdjoint : public ::testing::TestWithParam<Activation> {};

TEST_P(BlockAdjoint, EncoderBlock) {
  Fixture f;
  EncoderBlock<double> layer(hidden, 2, 12, GetParam(), 1e-12);
  EncoderBlock<Dual> dual(hidden, 2, 12, GetParam(), 1e-12);
  randomize(layer);
  randomize(dual);
  EncoderBlock<double>::Trace trace;
  EncoderBlock<double>::Scratch scratch;
  Matrix<double> output(f.input.rows(), hidden);
  layer.forward(f.plain, f.sequences, f.input, output, trace, scratch);
  EXPECT_LT(adjoint_gap(
                f.input, f.input.rows(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  EncoderBlock<Dual>::Trace t;
                  EncoderBlock<Dual>::Scratch s;
                  dual.forward(f.dual, f.sequences, x, y, t, s);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  layer.backward(f.plain, f.sequences, trace, d_y, d_x, scratch);
                }),
            tolerance);
}

TEST_P(BlockAdjoint, OnlyTheFirstRows) {
  Fixture f;
  EncoderBlock<double> layer(hidden, 2, 12, GetParam(), 1e-12);
  EncoderBlock<Dual> dual(hidden, 2, 12, GetParam(), 1e-12);
  randomize(layer);
  randomize(dual);
  EncoderBlock<double>::Trace trace;
  EncoderBlock<double>::Scratch scratch;
  Matrix<double> all(f.input.rows(), hidden), first(f.sequences.count(), hidden);
  layer.forward(f.plain, f.sequences, f.input, all, trace, scratch);
  layer.forward_first(f.plain, f.sequences, f.input, first, trace, scratch);
  for (Index s = 0; s < f.sequences.count(); ++s) {
    for (Index c = 0; c < hidden; ++c)
      EXPECT_NEAR(first(s, c), all(f.sequences.start(s), c), 1e-14);
  }
  EXPECT_LT(adjoint_gap(
                f.input, f.sequences.count(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  EncoderBlock<Dual>::Trace t;
                  EncoderBlock<Dual>::Scratch s;
                  dual.forward_first(f.dual, f.sequences, x, y, t, s);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  layer.backward_first(f.plain, f.sequences, trace, d_y, d_x, scratch);
                }),
            tolerance);
}

INSTANTIATE_TEST_SUITE_P(Activations, BlockAdjoint,
                         ::testing::Values(Activation::gelu, Activation::gelu_tanh,
                                           Activation::relu, Activation::silu, Activation::mish));

TEST(LayersAdjoint, Embeddings) {
  Fixture f;
  const EmbeddingsOptions options{
      .vocabulary = 11, .words = hidden, .hidden = hidden, .positions = 6, .token_types = 2};
  Embeddings<double> layer(options);
  Embeddings<Dual> dual(options);
  randomize(layer);
  randomize(dual);
  const std::vector<std::int32_t> positions{0, 1, 2, 3, 0, 0, 1, 2}, types{0, 0, 1, 1, 0, 0, 0, 1};
  Embeddings<double>::Trace trace;
  Matrix<double> output(f.input.rows(), hidden);
  const TokenPlaces places{f.sequences, positions, types};
  layer.forward(f.plain, places, f.input, output, trace);
  EXPECT_LT(adjoint_gap(
                f.input, f.input.rows(), hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                  Embeddings<Dual>::Trace t;
                  dual.forward(f.dual, places, x, y, t);
                },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  layer.backward(f.plain, places, trace, d_y, d_x);
                }),
            tolerance);
}

TEST(LayersAdjoint, ClassificationHead) {
  for (const Activation activation : {Activation::tanh, Activation::relu}) {
    Fixture f;
    ClassificationHead<double> layer(hidden, 3, activation);
    ClassificationHead<Dual> dual(hidden, 3, activation);
    randomize(layer);
    randomize(dual);
    ClassificationHead<double>::Trace trace;
    Matrix<double> logits(f.input.rows(), 3);
    layer.forward(f.plain, f.input, logits, trace);
    EXPECT_LT(adjoint_gap(
                  f.input, f.input.rows(), 3,
                  [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                    ClassificationHead<Dual>::Trace t;
                    dual.forward(f.dual, x, y, t);
                  },
                  [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                    layer.backward(f.plain, trace, d_y, d_x);
                  }),
              tolerance);
  }
}

TEST(SelfAttention, VisitsThreeProjectionsOfOneMatrix) {
  SelfAttention<double> layer(hidden, 2);
  std::vector<std::string> names;
  layer.visit("a", [&](const std::string& name, auto values) {
    names.push_back(name + " " + std::to_string(values.rows) + "x" +
                    std::to_string(values.columns));
  });
  const std::vector<std::string> expected{
      "a.query.weight 8x8", "a.query.bias 1x8", "a.key.weight 8x8",    "a.key.bias 1x8",
      "a.value.weight 8x8", "a.value.bias 1x8", "a.output.weight 8x8", "a.output.bias 1x8"};
  EXPECT_EQ(names, expected);
}

}  // namespace
}  // namespace integrad
