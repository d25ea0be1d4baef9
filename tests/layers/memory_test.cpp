// What blocks say that they keep, against what they allocate.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/layers/encoder_block.h"
#include "integrad/layers/mobile_block.h"
#include "integrad/layers/mobile_embeddings.h"
#include "integrad/layers/modern_block.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

using testing::random_matrix;

constexpr Index hidden = 48, rows_of_sequence = 40, count = 3;
constexpr BlockSizes sizes{hidden, 4, 72, Activation::gelu, 1e-5, rows_of_sequence};

/// Bytes of one forward and backward.
template <class Block>
void compare(const typename Block::Options& options, const BlockUse& use) {
  ReferenceBackend<double> backend;
  Sequences sequences;
  for (Index s = 0; s < count; ++s) sequences.append(rows_of_sequence);
  const Index rows = sequences.rows();
  Block block(sizes, options, 1);
  block.visit("block", [](const std::string&, MatrixView<double> values) {
    const auto numbers = random_matrix<double>(values.rows, values.columns, 1, 0.2);
    for (Index r = 0; r < values.rows; ++r) {
      std::copy_n(numbers.row(r), values.columns, values.row(r));
    }
  });
  const auto input = random_matrix<double>(rows, hidden, 2);
  Matrix<double> output(use.first ? count : rows, hidden), d_input(rows, hidden);
  output.fill(1);
  const auto run = [&](typename Block::Trace& trace, typename Block::Scratch& scratch) {
    if constexpr (requires { &Block::forward_first; }) {
      if (use.first) {
        block.forward_first(backend, sequences, input, output, trace, scratch);
        if (use.backward) {
          block.backward_first(backend, sequences, trace, output, d_input, scratch);
        }
        return;
      }
    }
    block.forward(backend, sequences, input, output, trace, scratch);
    if (use.backward) block.backward(backend, sequences, trace, output, d_input, scratch);
  };
  // The backend's own memory of a feed-forward, `inner` numbers a row, is not the block's.
  const BlockMemory memory = Block::memory(sizes, options, use);
  const Index asking = use.first ? count : rows;
  const double planned =
      8.0 * static_cast<double>((memory.trace_of_row() + memory.scratch_of_row()) * rows +
                                (memory.trace_sequences + memory.scratch_sequences) * count +
                                sizes.inner * asking);
  const auto before = testing::live_bytes();
  typename Block::Trace trace;
  typename Block::Scratch scratch;
  run(trace, scratch);
  const auto measured = static_cast<double>(testing::live_bytes() - before);
  EXPECT_LT(measured, 1.05 * planned + 4096);
  EXPECT_GT(measured, 0.67 * planned);
}

template <class Block>
void compare_uses(const typename Block::Options& options) {
  compare<Block>(options, {});
  compare<Block>(options, {.backward = false});
  if constexpr (requires { &Block::forward_first; }) compare<Block>(options, {.first = true});
}

TEST(BlockMemory, Encoder) { compare_uses<EncoderBlock<double>>({}); }

TEST(BlockMemory, Modern) {
  ModernBlockOptions options;
  options.local = {false, true};
  compare_uses<ModernBlock<double>>(options);
}

TEST(BlockMemory, Mobile) {
  compare_uses<MobileBlock<double>>({.width = 24, .feed_forwards = 4});
  compare_uses<MobileBlock<double>>({.width = 24, .feed_forwards = 2, .normalizes = true});
  compare_uses<MobileBlock<double>>({.width = 24,
                                     .feed_forwards = 1,
                                     .queries = MobileSource::bottleneck,
                                     .values = MobileSource::bottleneck});
  compare_uses<MobileBlock<double>>({.width = hidden,
                                     .feed_forwards = 2,
                                     .bottleneck = false,
                                     .queries = MobileSource::block,
                                     .values = MobileSource::block});
}

TEST(EmbeddingsMemory, Mobile) {
  ReferenceBackend<double> backend;
  Sequences sequences;
  sequences.append(rows_of_sequence);
  const std::vector<std::int32_t> zeros(rows_of_sequence);
  for (const bool normalizes : {false, true}) {
    const MobileEmbeddingsOptions options{.vocabulary = 5,
                                          .words = 16,
                                          .hidden = hidden,
                                          .positions = 1,
                                          .token_types = 1,
                                          .normalizes = normalizes};
    const MobileEmbeddings<double> layer(options);
    Matrix<double> vectors(rows_of_sequence, 16), output(rows_of_sequence, hidden);
    vectors.fill(1);
    const auto before = testing::live_bytes();
    MobileEmbeddings<double>::Trace trace;
    layer.forward(backend, {sequences, zeros, zeros}, vectors, output, trace);
    layer.backward(backend, {sequences, zeros, zeros}, trace, output, vectors);
    const auto measured = testing::live_bytes() - before;
    const Index planned = 8 * rows_of_sequence * MobileEmbeddings<double>::memory(options);
    EXPECT_LE(measured, planned + 1024);
    EXPECT_GE(measured, planned);
  }
}

}  // namespace
}  // namespace integrad
