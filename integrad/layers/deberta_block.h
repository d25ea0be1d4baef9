// One block of DeBERTa v2 and v3: attended = LN(x + DisentangledAttention(x)); y = LN(attended +
// FFN(attended)), in the first block of large models followed by a convolution. Queries, keys and
// values are affine in x and everything that positions add is a product of those with constants, so
// that it can be entered behind its projections (lifted), and left with the first rows only
// (first).
#pragma once

#include <optional>
#include <string>

#include "integrad/layers/block_contract.h"
#include "integrad/layers/deberta_attention.h"
#include "integrad/layers/deberta_convolution.h"
#include "integrad/layers/feed_forward.h"
#include "integrad/layers/first_rows.h"

namespace integrad {

template <class T>
struct DebertaBlock;

/// What a block of DeBERTa has besides its sizes.
struct DebertaBlockOptions {
  template <class T>
  using Layer = DebertaBlock<T>;
  DebertaPositionOptions positions;
  DebertaConvolutionOptions convolution;  // of the first block
};

/// Const after load; a call's state lives in its Trace, temporaries in the Scratch.
template <class T>
struct DebertaBlock {
  using Options = DebertaBlockOptions;

  DebertaAttention<T> attention;
  LayerNorm<T> attention_norm;
  FeedForward<T> feed_forward;
  LayerNorm<T> output_norm;
  std::optional<DebertaConvolution<T>> convolution;

  struct Trace {
    typename DebertaAttention<T>::Trace attention;
    typename LayerNorm<T>::Trace attention_norm;
    typename FeedForward<T>::Trace feed_forward;
    typename LayerNorm<T>::Trace output_norm;
    typename DebertaConvolution<T>::Trace convolution;
  };
  struct Scratch {
    typename DebertaAttention<T>::Scratch attention;
    typename DebertaConvolution<T>::Scratch convolution;
    Matrix<T> attended;  // (query rows × hidden)
    Matrix<T> first;     // (sequences × hidden): the first row of each sequence, or its derivative
    Matrix<T> all;       // (rows × hidden): where all rows are needed for the first ones
    Sequences ones;      // one row a sequence
  };

  DebertaBlock() = default;
  DebertaBlock(const BlockSizes& sizes, const Options& options, Index number)
      : attention(
            sizes.hidden, sizes.heads,
            DebertaPositions<T>(options.positions, sizes.hidden, sizes.epsilon, sizes.longest)),
        attention_norm(sizes.hidden, sizes.epsilon),
        feed_forward(sizes.hidden, sizes.inner, sizes.activation),
        output_norm(sizes.hidden, sizes.epsilon) {
    if (number == 0 && options.convolution.width > 0) {
      convolution.emplace(options.convolution, sizes.hidden, sizes.epsilon);
    }
  }

  /// Shapes that tell before anything is allocated whether a checkpoint can hold the block.
  template <class E>
  static void expect_shapes(const BlockSizes& sizes, const Options& options,
                            const std::string& name, E&& expect) {
    expect(name + ".attention.query.weight", sizes.hidden, sizes.hidden);
    expect(name + ".feed_forward.inner.weight", sizes.inner, sizes.hidden);
    if (options.positions.any()) {
      expect(name + ".attention.positions.table.weight", 2 * options.positions.span(),
             sizes.hidden);
    }
  }
  /// Numbers of Trace and Scratch when the block is used so.
  static BlockMemory memory(const BlockSizes& sizes, const Options& options, const BlockUse& use) {
    const Index hidden = sizes.hidden, width = options.convolution.width;
    // Normaliser, context, norms, f'; d_context and attended.
    const Index trace = sizes.heads + hidden + 2 * (hidden + 1) + sizes.inner;
    const Index scratch = 2 * hidden;
    if (use.first && use.lifted) return {0, trace + hidden, 0, scratch + 2 * hidden};
    if (use.first) {
      return {0, trace + hidden, 0, scratch + 2 * hidden, 2 * hidden, 2 * hidden};
    }
    BlockMemory memory{trace, 0, scratch, 0};
    if (!use.lifted) {
      memory.trace_projections = 3 * hidden;
      memory.scratch_projections = use.backward ? 3 * hidden : 0;
    }
    if (width > 0) {  // f' and norm; neighbours and their sum
      memory.trace_rows += 2 * hidden + 1;
      memory.scratch_rows += (width + 1) * hidden;
    }
    return memory;
  }
  /// Positions that a row of one head may meet: a thread keeps a number for each.
  static Index slots(const Options& options) {
    return options.positions.any() ? 2 * options.positions.span() + 1 : 0;
  }
  /// Columns of lifted rows.
  static Index lifted_columns(const BlockSizes& sizes) { return 4 * sizes.hidden; }

  /// What follows from the parameters; once, after they are read.
  void prepare(Backend<T>& backend) {
    attention.prepare(backend);
    if (convolution) convolution->prepare();
  }

  /// output (rows × hidden) may not be input.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    attention.content.project(backend, input, trace.attention);
    forward_all(backend, sequences, input, output, trace, scratch);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    scratch.attention.d_qkv.resize(d_output.rows, 3 * d_output.columns);
    const MatrixView<T> d_qkv = scratch.attention.d_qkv;
    backward_all(backend, sequences, trace, d_output, d_input, Projections<T>::of(d_qkv), scratch);
    attention.content.project_backward(backend, d_qkv, d_input, Write::add);
  }

  /// The block when only the first row of each sequence is read afterwards: keys and values of all
  /// rows, queries of the first. output (sequences × hidden); the same numbers.
  void forward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                     MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    if (convolution) {
      scratch.all.resize(input.rows, input.columns);
      forward(backend, sequences, input, scratch.all, trace, scratch);
      return gather_first<T>(sequences, scratch.all, output);
    }
    prepare_first(sequences, output.columns, scratch);
    gather_first<T>(sequences, input, scratch.first);
    trace.attention.query.resize(output.rows, output.columns);
    trace.attention.qkv.resize(input.rows, 2 * input.columns);
    const auto of_query = attention.map(0), of_others = attention.map(1, 2);
    backend.linear(scratch.first, of_query.weight, of_query.bias, trace.attention.query);
    backend.linear(input, of_others.weight, of_others.bias, trace.attention.qkv);
    const auto [key, value] = halves<const T>(trace.attention.qkv);
    trace.attention.projected = {trace.attention.query, key, value};
    forward_projected(backend, scratch.ones, sequences, scratch.first, output, trace, scratch);
  }
  /// d_output (sequences × hidden) -> d_input (rows × hidden).
  void backward_first(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                      ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    if (convolution) {
      scatter_first<T>(sequences, d_output, d_input);
      return backward(backend, sequences, trace, d_input, d_input, scratch);
    }
    prepare_first(sequences, d_output.columns, scratch);
    scratch.attention.d_query.resize(d_output.rows, d_output.columns);
    scratch.attention.d_qkv.resize(d_input.rows, 2 * d_input.columns);
    const auto [d_key, d_value] = halves<T>(scratch.attention.d_qkv);
    backward_projected(backend, scratch.ones, sequences, trace, d_output, scratch.first,
                       {scratch.attention.d_query, d_key, d_value}, scratch);
    backend.linear_d_input(scratch.attention.d_qkv, attention.map(1, 2).weight, d_input,
                           Write::replace);
    backend.linear_d_input(scratch.attention.d_query, attention.map(0).weight, scratch.first,
                           Write::add);
    add_first<T>(sequences, scratch.first, d_input);
  }

  /// x (rows × hidden) -> lifted rows [x | q, k, v of x] (rows × 4·hidden), see EncoderBlock::lift.
  void lift(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> lifted) const {
    copy(input, residual_of(lifted));
    attention.content.qkv.forward(backend, input, projections_of(lifted));
  }
  /// Derivative with respect to lifted rows -> with respect to x: d_x = d_residual + d_qkv · W.
  void lift_backward(Backend<T>& backend, ConstMatrixView<T> d_lifted,
                     MatrixView<T> d_input) const {
    copy(residual_of(d_lifted), d_input);
    attention.content.project_backward(backend, projections_of(d_lifted), d_input, Write::add);
  }

  /// The block of lifted rows, which must outlive the backward.
  void forward_lifted(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> lifted,
                      MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    trace.attention.projected = Projections<const T>::of(projections_of(lifted));
    forward_all(backend, sequences, residual_of(lifted), output, trace, scratch);
  }
  /// d_lifted (rows × 4·hidden) is written where the forward read.
  void backward_lifted(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                       ConstMatrixView<T> d_output, MatrixView<T> d_lifted,
                       Scratch& scratch) const {
    backward_all(backend, sequences, trace, d_output, residual_of(d_lifted),
                 Projections<T>::of(projections_of(d_lifted)), scratch);
  }

  /// Both: lifted rows in, the first row of each sequence out.
  void forward_first_lifted(Backend<T>& backend, const Sequences& sequences,
                            ConstMatrixView<T> lifted, MatrixView<T> output, Trace& trace,
                            Scratch& scratch) const {
    if (convolution) {
      scratch.all.resize(lifted.rows, output.columns);
      forward_lifted(backend, sequences, lifted, scratch.all, trace, scratch);
      return gather_first<T>(sequences, scratch.all, output);
    }
    prepare_first(sequences, output.columns, scratch);
    trace.attention.query.resize(output.rows, output.columns);
    auto projected = Projections<const T>::of(projections_of(lifted));
    gather_first<T>(sequences, residual_of(lifted), scratch.first);
    gather_first<T>(sequences, projected.query, trace.attention.query);
    projected.query = trace.attention.query;
    trace.attention.projected = projected;
    forward_projected(backend, scratch.ones, sequences, scratch.first, output, trace, scratch);
  }
  void backward_first_lifted(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                             ConstMatrixView<T> d_output, MatrixView<T> d_lifted,
                             Scratch& scratch) const {
    if (convolution) {
      const MatrixView<T> d_all = residual_of(d_lifted);
      scatter_first<T>(sequences, d_output, d_all);
      return backward_lifted(backend, sequences, trace, d_all, d_lifted, scratch);
    }
    prepare_first(sequences, d_output.columns, scratch);
    scratch.attention.d_query.resize(d_output.rows, d_output.columns);
    const auto d_projected = Projections<T>::of(projections_of(d_lifted));
    backward_projected(backend, scratch.ones, sequences, trace, d_output, scratch.first,
                       {scratch.attention.d_query, d_projected.key, d_projected.value}, scratch);
    scatter_first<T>(sequences, scratch.attention.d_query, d_projected.query);
    scatter_first<T>(sequences, scratch.first, residual_of(d_lifted));
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    attention.visit(name + ".attention", visitor);
    attention_norm.visit(name + ".attention_norm", visitor);
    feed_forward.visit(name + ".feed_forward", visitor);
    output_norm.visit(name + ".output_norm", visitor);
    if (convolution) convolution->visit(name + ".convolution", visitor);
  }

 private:
  /// trace.attention.projected of all rows and `input` -> output, the convolution included.
  void forward_all(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                   MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    forward_projected(backend, sequences, sequences, input, output, trace, scratch);
    if (!convolution) return;
    convolution->forward(backend, sequences, input, output, trace.convolution, scratch.convolution);
  }
  /// d_input, as far as it does not come through the projections, may be d_output.
  void backward_all(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                    ConstMatrixView<T> d_output, MatrixView<T> d_input,
                    const Projections<T>& d_projected, Scratch& scratch) const {
    if (convolution) {
      convolution->backward(backend, trace.convolution, d_output, d_input, scratch.convolution);
      d_output = d_input;
    }
    backward_projected(backend, sequences, sequences, trace, d_output, d_input, d_projected,
                       scratch);
    if (convolution) convolution->add_d_input(backend, sequences, d_input, scratch.convolution);
  }

  /// trace.attention.projected and `residual` (query rows × hidden) -> output (query rows ×
  /// hidden).
  void forward_projected(Backend<T>& backend, const Sequences& query_rows,
                         const Sequences& key_rows, ConstMatrixView<T> residual,
                         MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    scratch.attended.resize(residual.rows, residual.columns);
    attention.attend(backend, query_rows, key_rows, scratch.attended, trace.attention);
    attention_norm.forward(backend, scratch.attended, residual, scratch.attended,
                           trace.attention_norm);
    feed_forward.forward(backend, scratch.attended, output, trace.feed_forward);
    output_norm.forward(backend, output, scratch.attended, output, trace.output_norm);
  }
  /// d_residual may be d_output.
  void backward_projected(Backend<T>& backend, const Sequences& query_rows,
                          const Sequences& key_rows, const Trace& trace,
                          ConstMatrixView<T> d_output, MatrixView<T> d_residual,
                          const Projections<T>& d_projected, Scratch& scratch) const {
    output_norm.backward(backend, trace.output_norm, d_output, d_residual);
    // d_residual stays as the residual's share, the feed-forward adds its own.
    feed_forward.backward(backend, trace.feed_forward, d_residual, d_residual, Write::add);
    attention_norm.backward(backend, trace.attention_norm, d_residual, d_residual);
    attention.attend_backward(backend, query_rows, key_rows, trace.attention, d_residual,
                              d_projected, scratch.attention);
  }

  template <class U>
  static MatrixView<U> residual_of(MatrixView<U> lifted) {
    return lifted.column_range(0, lifted.columns / 4);
  }
  template <class U>
  static MatrixView<U> projections_of(MatrixView<U> lifted) {
    return lifted.column_range(lifted.columns / 4, lifted.columns / 4 * 3);
  }
  /// The two halves of the columns.
  template <class U>
  static std::pair<MatrixView<U>, MatrixView<U>> halves(MatrixView<U> both) {
    const Index half = both.columns / 2;
    return {both.column_range(0, half), both.column_range(half, half)};
  }
  static void prepare_first(const Sequences& sequences, Index hidden, Scratch& scratch) {
    scratch.first.resize(sequences.count(), hidden);
    scratch.ones.clear();
    for (Index s = 0; s < sequences.count(); ++s) scratch.ones.append(1);
  }
  static void copy(ConstMatrixView<T> from, MatrixView<T> to) {
    for (Index r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.columns, to.row(r));
  }
};

}  // namespace integrad
