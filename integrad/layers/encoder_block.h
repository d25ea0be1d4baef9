// One post-norm encoder block: attended = LN(x + Attention(x)); y = LN(attended + FFN(attended)).
// It can be entered behind its projections (lifted) and left with the first rows only (first).
#pragma once

#include <string>

#include "integrad/layers/block_contract.h"
#include "integrad/layers/feed_forward.h"
#include "integrad/layers/first_row_attention.h"
#include "integrad/layers/first_rows.h"
#include "integrad/layers/layer_norm.h"
#include "integrad/layers/self_attention.h"

namespace integrad {

template <class T>
struct EncoderBlock;

/// What an encoder block has besides its sizes.
struct EncoderBlockOptions {
  template <class T>
  using Layer = EncoderBlock<T>;
  Index relative_buckets = 0;             // of a bias by distance, RelativeBias; 0: none
  RelativeKeyOptions relative_keys = {};  // vectors for distances
};

/// Const after load; a call's state lives in its Trace, temporaries in the Scratch.
template <class T>
struct EncoderBlock {
  using Options = EncoderBlockOptions;

  SelfAttention<T> attention;
  LayerNorm<T> attention_norm;
  FeedForward<T> feed_forward;
  LayerNorm<T> output_norm;

  struct Trace {
    typename SelfAttention<T>::Trace attention;
    typename LayerNorm<T>::Trace attention_norm;
    typename FeedForward<T>::Trace feed_forward;
    typename LayerNorm<T>::Trace output_norm;
    typename FirstRowAttention<T>::Trace first_row;  // instead of attention, where it is used
  };
  struct Scratch {
    typename SelfAttention<T>::Scratch attention;
    typename FirstRowAttention<T>::Scratch first_row;
    Matrix<T> attended;  // (rows × hidden)
    Matrix<T> first;     // (sequences × hidden): the first row of each sequence, or its derivative
    Sequences ones;      // one row a sequence
  };

  EncoderBlock() = default;
  EncoderBlock(const BlockSizes& sizes, const Options& options, Index /*number*/)
      : attention(sizes.hidden, sizes.heads,
                  RelativeBias<T>(options.relative_buckets, sizes.heads, sizes.longest),
                  RelativeKeys<T>(options.relative_keys, sizes.hidden / sizes.heads)),
        attention_norm(sizes.hidden, sizes.epsilon),
        feed_forward(sizes.hidden, sizes.inner, sizes.activation),
        output_norm(sizes.hidden, sizes.epsilon) {}
  EncoderBlock(Index hidden, Index heads, Index inner, Activation activation, double epsilon)
      : attention(hidden, heads),
        attention_norm(hidden, epsilon),
        feed_forward(hidden, inner, activation),
        output_norm(hidden, epsilon) {}

  /// Shapes that tell before anything is allocated whether a checkpoint can hold the block.
  template <class E>
  static void expect_shapes(const BlockSizes& sizes, const Options& options,
                            const std::string& name, E&& expect) {
    expect(name + ".attention.query.weight", sizes.hidden, sizes.hidden);
    expect(name + ".feed_forward.inner.weight", sizes.inner, sizes.hidden);
    if (options.relative_buckets > 0) {
      expect(name + ".attention.relative_bias.weight", options.relative_buckets, sizes.heads);
    }
    if (options.relative_keys.terms != RelativeKeyTerms::none) {
      expect(name + ".attention.relative_keys.weight", 2 * options.relative_keys.reach - 1,
             sizes.hidden / sizes.heads);
    }
  }
  /// Numbers of Trace and Scratch when the block is used so.
  static BlockMemory memory(const BlockSizes& sizes, const Options& options, const BlockUse& use) {
    const Index hidden = sizes.hidden, heads = sizes.heads;
    // Normaliser, context, norms, f'; d_context and attended.
    const Index trace = heads + hidden + 2 * (hidden + 1) + sizes.inner, scratch = 2 * hidden;
    if (use.first && use.lifted) return {0, trace + hidden, 0, scratch + 2 * hidden};
    if (use.first && options.relative_keys.terms != RelativeKeyTerms::none) {  // keys and values
      return {0, trace + hidden, 0, scratch + 2 * hidden, 2 * hidden, 2 * hidden};
    }
    if (use.first) {  // FirstRowAttention: the rows, and a query a head
      const Index queries = 2 * heads * hidden;
      return {hidden, trace + queries + 2, hidden, scratch + 2 * hidden + queries, 0, 0, true};
    }
    if (use.lifted) return {trace, 0, scratch, 0};
    return {trace, 0, scratch, 0, 3 * hidden, use.backward ? 3 * hidden : 0};
  }
  /// Positions that a row of one head may meet: a thread keeps a number for each.
  static Index slots(const Options& options) {
    const bool meets = options.relative_keys.terms != RelativeKeyTerms::none;
    return meets ? 2 * options.relative_keys.reach - 1 : 0;
  }
  /// Columns of lifted rows.
  static Index lifted_columns(const BlockSizes& sizes) { return 4 * sizes.hidden; }

  /// What follows from the parameters; once, after they are read.
  void prepare(Backend<T>&) { attention.prepare(); }

  /// output (rows × hidden) may not be input.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    attention.project(backend, input, trace.attention);
    forward_projected(backend, sequences, sequences, input, output, trace, scratch);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    scratch.attention.d_qkv.resize(d_output.rows, 3 * d_output.columns);
    const MatrixView<T> d_qkv = scratch.attention.d_qkv;
    backward_projected(backend, sequences, sequences, trace, d_output, d_input,
                       Projections<T>::of(d_qkv), scratch);
    attention.project_backward(backend, d_qkv, d_input, Write::add);
  }

  /// The block when only the first row of each sequence is read afterwards. output (sequences ×
  /// hidden); the same numbers.
  void forward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                     MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    prepare_first(sequences, output.columns, scratch);
    gather_first<T>(sequences, input, scratch.first);
    if (!attention.relative_keys.empty()) {  // a folded query does not meet them
      attention.project_first(backend, input, scratch.first, trace.attention);
      return forward_projected(backend, scratch.ones, sequences, scratch.first, output, trace,
                               scratch);
    }
    scratch.attended.resize(output.rows, output.columns);
    FirstRowAttention<T>{attention}.forward(backend, sequences, input, scratch.first,
                                            scratch.attended, trace.first_row, scratch.first_row);
    forward_rows(backend, scratch.first, output, trace, scratch);
  }
  /// d_output (sequences × hidden) -> d_input (rows × hidden).
  void backward_first(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                      ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    prepare_first(sequences, d_output.columns, scratch);
    const MatrixView<T> d_first = scratch.first;
    if (!attention.relative_keys.empty()) {
      const Index hidden = d_input.columns;
      scratch.attention.d_query.resize(d_output.rows, hidden);
      scratch.attention.d_qkv.resize(d_input.rows, 2 * hidden);
      const MatrixView<T> d_query = scratch.attention.d_query, d_others = scratch.attention.d_qkv;
      backward_projected(
          backend, scratch.ones, sequences, trace, d_output, d_first,
          {d_query, d_others.column_range(0, hidden), d_others.column_range(hidden, hidden)},
          scratch);
      attention.project_first_backward(backend, d_query, d_others, d_input, d_first);
      return add_first<T>(sequences, d_first, d_input);
    }
    scratch.attended.resize(d_output.rows, d_output.columns);
    backward_rows(backend, trace, d_output, scratch.attended);
    for (Index s = 0; s < d_first.rows; ++s) {  // the residual's share
      std::copy_n(scratch.attended.row(s), d_first.columns, d_first.row(s));
    }
    FirstRowAttention<T>{attention}.backward(backend, sequences, trace.first_row, scratch.attended,
                                             d_input, d_first, scratch.first_row);
    add_first<T>(sequences, d_first, d_input);
  }

  /// x (rows × hidden) -> lifted rows [x | q, k, v of x] (rows × 4·hidden). Affine in x: a straight
  /// line of x stays one, so that a path is lifted at its ends only, and its points need no
  /// projection.
  void lift(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> lifted) const {
    copy(input, residual_of(lifted));
    attention.qkv.forward(backend, input, projections_of(lifted));
  }
  /// Derivative with respect to lifted rows -> with respect to x: d_x = d_residual + d_qkv · W.
  void lift_backward(Backend<T>& backend, ConstMatrixView<T> d_lifted,
                     MatrixView<T> d_input) const {
    copy(residual_of(d_lifted), d_input);
    attention.project_backward(backend, projections_of(d_lifted), d_input, Write::add);
  }

  /// The block of lifted rows, which must outlive the backward.
  void forward_lifted(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> lifted,
                      MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    trace.attention.projected = Projections<const T>::of(projections_of(lifted));
    forward_projected(backend, sequences, sequences, residual_of(lifted), output, trace, scratch);
  }
  /// d_lifted (rows × 4·hidden) is written where the forward read.
  void backward_lifted(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                       ConstMatrixView<T> d_output, MatrixView<T> d_lifted,
                       Scratch& scratch) const {
    backward_projected(backend, sequences, sequences, trace, d_output, residual_of(d_lifted),
                       Projections<T>::of(projections_of(d_lifted)), scratch);
  }

  /// Both: lifted rows in, the first row of each sequence out.
  void forward_first_lifted(Backend<T>& backend, const Sequences& sequences,
                            ConstMatrixView<T> lifted, MatrixView<T> output, Trace& trace,
                            Scratch& scratch) const {
    prepare_first(sequences, output.columns, scratch);
    trace.attention.query.resize(sequences.count(), output.columns);
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
  }

 private:
  /// trace.attention.projected and `residual` (query rows × hidden) -> output (query rows ×
  /// hidden).
  void forward_projected(Backend<T>& backend, const Sequences& query_rows,
                         const Sequences& key_rows, ConstMatrixView<T> residual,
                         MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    scratch.attended.resize(residual.rows, residual.columns);
    attention.attend(backend, query_rows, key_rows, scratch.attended, trace.attention);
    forward_rows(backend, residual, output, trace, scratch);
  }
  /// d_residual may be d_output.
  void backward_projected(Backend<T>& backend, const Sequences& query_rows,
                          const Sequences& key_rows, const Trace& trace,
                          ConstMatrixView<T> d_output, MatrixView<T> d_residual,
                          const Projections<T>& d_projected, Scratch& scratch) const {
    backward_rows(backend, trace, d_output, d_residual);
    attention.attend_backward(backend, query_rows, key_rows, trace.attention, d_residual,
                              d_projected, scratch.attention);
  }

  /// What follows attention is row by row: scratch.attended -> output, with `input` as residual.
  void forward_rows(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> output,
                    Trace& trace, Scratch& scratch) const {
    attention_norm.forward(backend, scratch.attended, input, scratch.attended,
                           trace.attention_norm);
    feed_forward.forward(backend, scratch.attended, output, trace.feed_forward);
    output_norm.forward(backend, output, scratch.attended, output, trace.output_norm);
  }
  /// d_output -> d_sum, the derivative of attention's result and of the residual alike.
  void backward_rows(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                     MatrixView<T> d_sum) const {
    output_norm.backward(backend, trace.output_norm, d_output, d_sum);
    // d_sum stays as the residual's share, the feed-forward adds its own.
    feed_forward.backward(backend, trace.feed_forward, d_sum, d_sum, Write::add);
    attention_norm.backward(backend, trace.attention_norm, d_sum, d_sum);
  }

  template <class U>
  static MatrixView<U> residual_of(MatrixView<U> lifted) {
    return lifted.column_range(0, lifted.columns / 4);
  }
  template <class U>
  static MatrixView<U> projections_of(MatrixView<U> lifted) {
    return lifted.column_range(lifted.columns / 4, lifted.columns / 4 * 3);
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
