// The encoder block as training runs it: with dropout, and with derivatives of its weights. Keeps
// more than an explanation does: what the products read.
#pragma once

#include "integrad/layers/encoder_block.h"

namespace integrad {

/// What a block leaves out, each from a stream of its own.
struct BlockDropout {
  Dropout attention;         // of the probabilities
  Dropout attention_output;  // behind attention's output projection
  Dropout feed_forward;      // behind the feed-forward
};

/// A gradient is a block of the same sizes whose numbers are derivatives, which are added to.
template <class T>
struct EncoderBlockTraining {
  const EncoderBlock<T>& block;
  BlockDropout dropout = {};

  struct Trace {
    typename SelfAttention<T>::Trace attention;
    typename LayerNorm<T>::Trace attention_norm;
    typename LayerNorm<T>::Trace output_norm;
    Matrix<T> first;       // first rows only: (sequences × hidden), of the input
    Matrix<T> attended;    // (query rows × hidden), what the feed-forward read
    Matrix<T> inner;       // (query rows × inner): f(z)
    Matrix<T> derivative;  // (query rows × inner): f'(z)
  };
  /// Reused by every block and call; holds nothing between calls.
  struct Scratch {
    typename SelfAttention<T>::Scratch attention;
    Matrix<T> d_inner;   // (query rows × inner)
    Matrix<T> d_branch;  // (query rows × hidden): behind a dropout
    Matrix<T> d_first;   // (sequences × hidden)
    Sequences ones;      // one row a sequence
  };

  /// input (rows × hidden) -> output (rows × hidden), not the same memory.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace) const {
    trace.attention.dropout = dropout.attention;
    block.attention.project(backend, input, trace.attention);
    forward_rows(backend, sequences, sequences, input, output, trace);
  }
  /// Of the same input. d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                const Trace& trace, ConstMatrixView<T> d_output, MatrixView<T> d_input,
                EncoderBlock<T>& gradient, Scratch& scratch) const {
    scratch.attention.d_qkv.resize(d_output.rows, 3 * d_output.columns);
    const MatrixView<T> d_qkv = scratch.attention.d_qkv;
    backward_rows(backend, sequences, sequences, trace, d_output, d_input,
                  Projections<T>::of(d_qkv), gradient, scratch);
    block.attention.accumulate(backend, 0, 3, input, d_qkv, gradient.attention);
    block.attention.project_backward(backend, d_qkv, d_input, Write::add);
  }

  /// Both where only the first row of each sequence is read afterwards: output, d_output
  /// (sequences × hidden).
  void forward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                     MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    trace.attention.dropout = dropout.attention;
    trace.first.resize(sequences.count(), input.columns);
    gather_first<T>(sequences, input, trace.first);
    block.attention.project_first(backend, input, trace.first, trace.attention);
    forward_rows(backend, ones(sequences, scratch), sequences, trace.first, output, trace);
  }
  void backward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                      const Trace& trace, ConstMatrixView<T> d_output, MatrixView<T> d_input,
                      EncoderBlock<T>& gradient, Scratch& scratch) const {
    const Index hidden = input.columns;
    scratch.attention.d_query.resize(d_output.rows, hidden);
    scratch.attention.d_qkv.resize(input.rows, 2 * hidden);
    scratch.d_first.resize(d_output.rows, hidden);
    const MatrixView<T> d_query = scratch.attention.d_query, d_others = scratch.attention.d_qkv;
    backward_rows(
        backend, ones(sequences, scratch), sequences, trace, d_output, scratch.d_first,
        {d_query, d_others.column_range(0, hidden), d_others.column_range(hidden, hidden)},
        gradient, scratch);
    block.attention.accumulate(backend, 0, 1, trace.first, d_query, gradient.attention);
    block.attention.accumulate(backend, 1, 2, input, d_others, gradient.attention);
    block.attention.project_first_backward(backend, d_query, d_others, d_input, scratch.d_first);
    add_first<T>(sequences, scratch.d_first, d_input);
  }

 private:
  void forward_rows(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                    ConstMatrixView<T> residual, MatrixView<T> output, Trace& trace) const {
    trace.attended.resize(residual.rows, residual.columns);
    const MatrixView<T> attended = trace.attended;
    block.attention.attend(backend, query_rows, key_rows, attended, trace.attention);
    drop(backend, dropout.attention_output, attended);
    block.attention_norm.forward(backend, attended, residual, attended, trace.attention_norm);
    const FeedForward<T>& feed_forward = block.feed_forward;
    trace.inner.resize(attended.rows, feed_forward.inner.weight.rows());
    trace.derivative.resize(attended.rows, feed_forward.inner.weight.rows());
    feed_forward.inner.forward(backend, attended, trace.inner);
    backend.activate(trace.inner, feed_forward.activation, trace.inner, trace.derivative);
    feed_forward.output.forward(backend, trace.inner, output);
    drop(backend, dropout.feed_forward, output);
    block.output_norm.forward(backend, output, attended, output, trace.output_norm);
  }
  /// d_output -> d_residual (may be d_output) and d_projected.
  void backward_rows(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                     const Trace& trace, ConstMatrixView<T> d_output, MatrixView<T> d_residual,
                     const Projections<T>& d_projected, EncoderBlock<T>& gradient,
                     Scratch& scratch) const {
    block.output_norm.accumulate(backend, trace.output_norm, d_output, gradient.output_norm);
    block.output_norm.backward(backend, trace.output_norm, d_output, d_residual);
    ConstMatrixView<T> d_branch = behind(backend, dropout.feed_forward, d_residual, scratch);
    const FeedForward<T>& feed_forward = block.feed_forward;
    scratch.d_inner.resize(d_residual.rows, trace.inner.columns());
    feed_forward.output.accumulate(backend, trace.inner, d_branch, gradient.feed_forward.output);
    feed_forward.output.backward(backend, d_branch, scratch.d_inner);
    backend.multiply(scratch.d_inner, trace.derivative, scratch.d_inner);
    feed_forward.inner.accumulate(backend, trace.attended, scratch.d_inner,
                                  gradient.feed_forward.inner);
    feed_forward.inner.backward(backend, scratch.d_inner, d_residual, Write::add);

    block.attention_norm.accumulate(backend, trace.attention_norm, d_residual,
                                    gradient.attention_norm);
    block.attention_norm.backward(backend, trace.attention_norm, d_residual, d_residual);
    d_branch = behind(backend, dropout.attention_output, d_residual, scratch);
    block.attention.output.accumulate(backend, trace.attention.context, d_branch,
                                      gradient.attention.output);
    block.attention.attend_backward(backend, query_rows, key_rows, trace.attention, d_branch,
                                    d_projected, scratch.attention);
  }

  static void drop(Backend<T>& backend, const Dropout& dropout, MatrixView<T> rows) {
    if (dropout.active()) backend.drop_out(dropout, rows, rows);
  }
  /// The derivative on the other side of a dropout.
  static ConstMatrixView<T> behind(Backend<T>& backend, const Dropout& dropout,
                                   ConstMatrixView<T> d_output, Scratch& scratch) {
    if (!dropout.active()) return d_output;
    scratch.d_branch.resize(d_output.rows, d_output.columns);
    backend.drop_out(dropout, d_output, scratch.d_branch);
    return scratch.d_branch.view();
  }
  static const Sequences& ones(const Sequences& sequences, Scratch& scratch) {
    scratch.ones.clear();
    for (Index s = 0; s < sequences.count(); ++s) scratch.ones.append(1);
    return scratch.ones;
  }
};

}  // namespace integrad
