// MobileBERT's layers: backward against dual numbers in every wiring, trigrams at the ends of
// sequences.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/mobile_block.h"
#include "integrad/layers/mobile_embeddings.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::random_matrix;

constexpr double tolerance = 1e-12;
constexpr Index hidden = 10, width = 6;

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

struct Wiring {
  const char* name;
  MobileBlockOptions options;
};

const Wiring wirings[] = {
    {"Released", {.width = width, .feed_forwards = 3}},
    {"OneFeedForward", {.width = width}},
    {"LayerNorms", {.width = width, .feed_forwards = 2, .normalizes = true}},
    {"NarrowAttention",
     {.width = width,
      .feed_forwards = 2,
      .queries = MobileSource::bottleneck,
      .values = MobileSource::bottleneck}},
    {"BlockAttention",
     {.width = hidden, .queries = MobileSource::block, .values = MobileSource::block}},
    {"NoBottleneck",
     {.width = hidden,
      .feed_forwards = 2,
      .bottleneck = false,
      .queries = MobileSource::block,
      .values = MobileSource::block}},
};

class MobileBlocks : public ::testing::TestWithParam<Wiring> {};

TEST_P(MobileBlocks, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  Sequences sequences;
  for (const Index length : {4, 1, 3}) sequences.append(length);
  const auto input = random_matrix<double>(sequences.rows(), hidden, 9);
  const BlockSizes sizes{hidden, 2, 12, Activation::gelu, 1e-12, 16};
  const auto block = random_layer(MobileBlock<double>(sizes, GetParam().options, 0));
  const auto dual_block = random_layer(MobileBlock<Dual>(sizes, GetParam().options, 0));
  MobileBlock<double>::Trace trace;
  MobileBlock<double>::Scratch scratch;
  Matrix<double> output(input.rows(), hidden);
  block.forward(plain, sequences, input, output, trace, scratch);
  const auto forward = [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
    MobileBlock<Dual>::Trace t;
    MobileBlock<Dual>::Scratch s;
    dual_block.forward(dual, sequences, x, y, t, s);
  };
  const auto apart = [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
    block.backward(plain, sequences, trace, d_y, d_x, scratch);
  };
  const auto in_place = [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
    for (Index r = 0; r < d_y.rows; ++r) std::copy_n(d_y.row(r), hidden, d_x.row(r));
    block.backward(plain, sequences, trace, d_x, d_x, scratch);
  };
  EXPECT_LT(adjoint_gap(input, input.rows(), hidden, forward, apart), tolerance);
  EXPECT_LT(adjoint_gap(input, input.rows(), hidden, forward, in_place), tolerance);
}

INSTANTIATE_TEST_SUITE_P(Wirings, MobileBlocks, ::testing::ValuesIn(wirings),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(MobileNorm, WithoutNormalisingIsAScaleAndAShift) {
  ReferenceBackend<double> backend;
  const auto norm = random_layer(MobileNorm<double>(4, false, 1e-12));
  const auto x = random_matrix<double>(3, 4, 1), residual = random_matrix<double>(3, 4, 2);
  Matrix<double> y(3, 4);
  MobileNorm<double>::Trace trace;
  norm.forward(backend, x, residual, y, trace);
  EXPECT_DOUBLE_EQ(y(2, 1),
                   (x(2, 1) + residual(2, 1)) * norm.norm.scale(0, 1) + norm.norm.shift(0, 1));
  EXPECT_EQ(trace.normalized.rows(), 0);
}

struct MobileInput {
  MobileInput() {
    for (const Index length : {4, 1, 3}) sequences.append(length);
  }
  TokenPlaces places() const { return {sequences, positions, types}; }
  Sequences sequences;
  std::vector<std::int32_t> positions{0, 1, 2, 3, 0, 0, 1, 2}, types{0, 0, 1, 1, 0, 0, 0, 1};
};

MobileEmbeddingsOptions embeddings_options(Index words, bool trigram, bool normalizes) {
  return {.vocabulary = 11,
          .words = words,
          .hidden = hidden,
          .positions = 6,
          .token_types = 2,
          .trigram = trigram,
          .normalizes = normalizes};
}

TEST(MobileEmbeddings, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const MobileInput tokens;
  for (const auto& [words, trigram, normalizes] : {std::tuple<Index, bool, bool>{4, true, false},
                                                   {4, true, true},
                                                   {4, false, false},
                                                   {hidden, true, false},
                                                   {hidden, false, true}}) {
    const auto options = embeddings_options(words, trigram, normalizes);
    const auto layer = random_layer(MobileEmbeddings<double>(options));
    const auto dual_layer = random_layer(MobileEmbeddings<Dual>(options));
    const auto input = random_matrix<double>(8, words, 9);
    MobileEmbeddings<double>::Trace trace;
    Matrix<double> output(8, hidden);
    layer.forward(plain, tokens.places(), input, output, trace);
    EXPECT_LT(adjoint_gap(
                  input, 8, hidden,
                  [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                    MobileEmbeddings<Dual>::Trace t;
                    dual_layer.forward(dual, tokens.places(), x, y, t);
                  },
                  [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                    layer.backward(plain, tokens.places(), trace, d_y, d_x);
                  }),
              tolerance)
        << words << trigram << normalizes;
  }
}

/// Word vectors may be overwritten by the output where both are as wide.
TEST(MobileEmbeddings, InPlace) {
  ReferenceBackend<double> backend;
  const MobileInput tokens;
  for (const bool trigram : {false, true}) {
    const auto layer =
        random_layer(MobileEmbeddings<double>(embeddings_options(hidden, trigram, false)));
    auto rows = random_matrix<double>(8, hidden, 9);
    MobileEmbeddings<double>::Trace trace;
    Matrix<double> apart(8, hidden);
    layer.forward(backend, tokens.places(), rows, apart, trace);
    layer.forward(backend, tokens.places(), rows, rows, trace);
    EXPECT_EQ(testing::relative_difference(rows, apart), 0);
  }
}

/// Each row alone: what stands beside it belongs to its own sequence.
TEST(MobileEmbeddings, SequencesDoNotSeeEachOther) {
  ReferenceBackend<double> backend;
  const MobileInput tokens;
  const auto layer = random_layer(MobileEmbeddings<double>(embeddings_options(4, true, false)));
  auto input = random_matrix<double>(8, 4, 9);
  MobileEmbeddings<double>::Trace trace;
  Matrix<double> before(8, hidden), after(8, hidden);
  layer.forward(backend, tokens.places(), input, before, trace);
  input(4, 0) += 1;  // the sequence of one row
  layer.forward(backend, tokens.places(), input, after, trace);
  for (Index r = 0; r < 8; ++r) EXPECT_EQ(after(r, 0) == before(r, 0), r != 4) << r;
  input(1, 0) += 1;
  layer.forward(backend, tokens.places(), input, before, trace);
  for (Index r = 0; r < 8; ++r) EXPECT_EQ(after(r, 0) == before(r, 0), r > 2) << r;
}

}  // namespace
}  // namespace integrad
