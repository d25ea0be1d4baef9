// DeBERTa's block: every derivative against dual numbers, lifted and first rows against the plain
// way, its convolution against a plain sum, buckets against those of the reference implementation.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/deberta_block.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::random_matrix;
using testing::relative_difference;

constexpr double tolerance = 1e-12;
constexpr Index hidden = 8, heads = 2;

TEST(DebertaBuckets, AreThoseOfTheReferenceImplementation) {
  // make_log_bucket_position of transformers 4.57.6 with 256 buckets and distances up to 512.
  for (const auto& [distance, bucket] : std::vector<std::pair<Index, Index>>{{0, 0},
                                                                             {1, 1},
                                                                             {100, 100},
                                                                             {128, 128},
                                                                             {129, 129},
                                                                             {130, 130},
                                                                             {200, 169},
                                                                             {300, 207},
                                                                             {511, 255},
                                                                             {512, 256},
                                                                             {600, 270}}) {
    EXPECT_EQ(deberta_bucket(distance, 256, 512), bucket) << distance;
    EXPECT_EQ(deberta_bucket(-distance, 256, 512), -bucket) << distance;
  }
  for (const auto& [distance, bucket] : std::vector<std::pair<Index, Index>>{
           {8, 8}, {9, 9}, {10, 9}, {20, 11}, {50, 14}, {95, 15}, {96, 16}}) {
    EXPECT_EQ(deberta_bucket(distance, 16, 96), bucket) << distance;
  }
  // On the edge of a bucket, where the rounding of float32 decides.
  EXPECT_EQ(deberta_bucket(128, 128, 513), 85);
  EXPECT_EQ(deberta_bucket(64, 32, 129), 26);
  EXPECT_EQ(deberta_bucket(700, 0, 512), 700);
}

/// Positions with their kinds of terms, maps and tables, and a convolution in the last.
std::vector<DebertaBlockOptions> all_options() {
  std::vector<DebertaBlockOptions> all(5);
  all[0].positions = {.norm = true, .buckets = 4, .farthest = 6};
  all[1].positions = {.position_to_content = false, .farthest = 3, .score_terms = 2};
  all[2].positions = {
      .content_to_position = false, .shared = false, .buckets = 4, .farthest = 6, .score_terms = 2};
  all[3].positions = {.content_to_position = false, .position_to_content = false, .score_terms = 1};
  all[4].positions = {.shared = false, .farthest = 8};
  all[4].convolution = {.width = 3, .groups = 2, .activation = Activation::gelu};
  return all;
}

/// The same random weights for both scalars.
template <class Layer>
void fill(Layer& layer) {
  unsigned seed = 100;
  layer.visit("layer", [&](const std::string&, auto values) {
    const auto numbers = random_matrix<double>(values.rows, values.columns, ++seed, 0.5);
    for (Index r = 0; r < values.rows; ++r) {
      for (Index c = 0; c < values.columns; ++c) values(r, c) = numbers(r, c);
    }
  });
}

template <class T>
DebertaBlock<T> block_of(const DebertaBlockOptions& options, Backend<T>& backend) {
  DebertaBlock<T> block({hidden, heads, 12, Activation::gelu, 1e-7, 8}, options, 0);
  fill(block);
  block.prepare(backend);
  return block;
}

struct DebertaBlocks : ::testing::TestWithParam<DebertaBlockOptions> {
  DebertaBlocks() {
    for (const Index length : {7, 1, 3}) sequences.append(length);
    rows = sequences.rows();
    input = random_matrix<double>(rows, hidden, 9);
    lifted.resize(rows, 4 * hidden);
    block.lift(plain, input, lifted);
  }

  using Forward = void (DebertaBlock<Dual>::*)(Backend<Dual>&, const Sequences&,
                                               ConstMatrixView<Dual>, MatrixView<Dual>,
                                               DebertaBlock<Dual>::Trace&,
                                               DebertaBlock<Dual>::Scratch&) const;
  using PlainForward = void (DebertaBlock<double>::*)(Backend<double>&, const Sequences&,
                                                      ConstMatrixView<double>, MatrixView<double>,
                                                      DebertaBlock<double>::Trace&,
                                                      DebertaBlock<double>::Scratch&) const;
  using Backward = void (DebertaBlock<double>::*)(Backend<double>&, const Sequences&,
                                                  const DebertaBlock<double>::Trace&,
                                                  ConstMatrixView<double>, MatrixView<double>,
                                                  DebertaBlock<double>::Scratch&) const;

  Matrix<double> run(PlainForward forward, const Matrix<double>& from, Index output_rows) {
    Matrix<double> output(output_rows, hidden);
    (block.*forward)(plain, sequences, from, output, trace, scratch);
    return output;
  }
  void expect_adjoint(PlainForward plain_forward, Forward forward, Backward backward,
                      const Matrix<double>& from, Index output_rows) {
    run(plain_forward, from, output_rows);
    EXPECT_LT(adjoint_gap(
                  from, output_rows, hidden,
                  [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
                    DebertaBlock<Dual>::Trace t;
                    DebertaBlock<Dual>::Scratch s;
                    (dual_block.*forward)(dual, sequences, x, y, t, s);
                  },
                  [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                    (block.*backward)(plain, sequences, trace, d_y, d_x, scratch);
                  }),
              tolerance);
  }

  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  Sequences sequences;
  Index rows = 0;
  Matrix<double> input, lifted;
  DebertaBlock<double> block = block_of<double>(GetParam(), plain);
  DebertaBlock<Dual> dual_block = block_of<Dual>(GetParam(), dual);
  DebertaBlock<double>::Trace trace;
  DebertaBlock<double>::Scratch scratch;
};

using Plain = DebertaBlock<double>;
using Twin = DebertaBlock<Dual>;

TEST_P(DebertaBlocks, Adjoint) {
  expect_adjoint(&Plain::forward, &Twin::forward, &Plain::backward, input, rows);
}

TEST_P(DebertaBlocks, BackwardMayReplaceItsOutput) {
  run(&Plain::forward, input, rows);
  const auto d_output = random_matrix<double>(rows, hidden, 3);
  Matrix<double> apart(rows, hidden), in_place = testing::convert<double>(d_output);
  block.backward(plain, sequences, trace, d_output, apart, scratch);
  block.backward(plain, sequences, trace, in_place, in_place, scratch);
  EXPECT_EQ(relative_difference(in_place, apart), 0);
}

TEST_P(DebertaBlocks, FirstRows) {
  const auto all = run(&Plain::forward, input, rows);
  const auto first = run(&Plain::forward_first, input, sequences.count());
  Matrix<double> expected(sequences.count(), hidden);
  gather_first<double>(sequences, all, expected);
  EXPECT_LT(relative_difference(first, expected), 1e-14);
  expect_adjoint(&Plain::forward_first, &Twin::forward_first, &Plain::backward_first, input,
                 sequences.count());
}

TEST_P(DebertaBlocks, LiftedRows) {
  const auto expected = run(&Plain::forward, input, rows);
  EXPECT_LT(relative_difference(run(&Plain::forward_lifted, lifted, rows), expected), 1e-15);
  expect_adjoint(&Plain::forward_lifted, &Twin::forward_lifted, &Plain::backward_lifted, lifted,
                 rows);
  EXPECT_LT(adjoint_gap(
                input, rows, 4 * hidden,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) { dual_block.lift(dual, x, y); },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  block.lift_backward(plain, d_y, d_x);
                }),
            tolerance);
}

TEST_P(DebertaBlocks, FirstRowsOfLiftedRows) {
  const auto expected = run(&Plain::forward_first, input, sequences.count());
  const auto found = run(&Plain::forward_first_lifted, lifted, sequences.count());
  EXPECT_LT(relative_difference(found, expected), 1e-14);
  expect_adjoint(&Plain::forward_first_lifted, &Twin::forward_first_lifted,
                 &Plain::backward_first_lifted, lifted, sequences.count());
}

/// Rows of one sequence do not depend on the others.
TEST_P(DebertaBlocks, SequencesAreApart) {
  const auto all = run(&Plain::forward, input, rows);
  for (Index s = 0; s < sequences.count(); ++s) {
    Sequences alone;
    alone.append(sequences.length(s));
    const auto part = input.view().row_range(sequences.start(s), alone.rows());
    Matrix<double> found(alone.rows(), hidden);
    block.forward(plain, alone, part, found, trace, scratch);
    for (Index r = 0; r < found.rows(); ++r) {
      for (Index c = 0; c < hidden; ++c) {
        EXPECT_NEAR(found(r, c), all(sequences.start(s) + r, c), 1e-13);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Options, DebertaBlocks, ::testing::ValuesIn(all_options()));

TEST(DebertaConvolution, IsThePlainSum) {
  ReferenceBackend<double> backend;
  constexpr Index width = 5, groups = 2, columns = hidden / groups;
  DebertaConvolution<double> convolution({width, groups, Activation::tanh}, hidden, 1e-7);
  fill(convolution);
  const Matrix<double> weight = testing::convert<double>(convolution.map.weight);
  convolution.prepare();
  Sequences sequences;
  for (const Index length : {6, 2}) sequences.append(length);
  const auto input = random_matrix<double>(sequences.rows(), hidden, 1);
  const auto encoded = random_matrix<double>(sequences.rows(), hidden, 2);
  Matrix<double> found = testing::convert<double>(encoded), sum(sequences.rows(), hidden);
  DebertaConvolution<double>::Trace trace;
  DebertaConvolution<double>::Scratch scratch;
  convolution.forward(backend, sequences, input, found, trace, scratch);
  for (Index s = 0; s < sequences.count(); ++s) {
    for (Index r = sequences.start(s); r < sequences.start(s + 1); ++r) {
      for (Index out = 0; out < hidden; ++out) {
        double z = convolution.map.bias(0, out);
        for (Index n = 0; n < width; ++n) {
          const Index row = r + n - width / 2;
          if (row < sequences.start(s) || row >= sequences.start(s + 1)) continue;
          for (Index c = 0; c < columns; ++c) {
            z += weight(out, c * width + n) * input(row, out / columns * columns + c);
          }
        }
        sum(r, out) = encoded(r, out) + std::tanh(z);
      }
    }
  }
  Matrix<double> expected(sequences.rows(), hidden);
  LayerNorm<double>::Trace unused;
  convolution.norm.forward(backend, sum, {}, expected, unused);
  EXPECT_LT(relative_difference(found, expected), 1e-14);
}

}  // namespace
}  // namespace integrad
