// One post-norm encoder block: attended = LN(x + Attention(x)); y = LN(attended + FFN(attended)).
#pragma once

#include <string>

#include "integrad/layers/feed_forward.h"
#include "integrad/layers/layer_norm.h"
#include "integrad/layers/self_attention.h"

namespace integrad {

/// Const after load; a call's state lives in its Trace, temporaries in the Scratch.
template <class T>
struct EncoderBlock {
  SelfAttention<T> attention;
  LayerNorm<T> attention_norm;
  FeedForward<T> feed_forward;
  LayerNorm<T> output_norm;

  struct Trace {
    typename SelfAttention<T>::Trace attention;
    typename LayerNorm<T>::Trace attention_norm;
    typename FeedForward<T>::Trace feed_forward;
    typename LayerNorm<T>::Trace output_norm;
  };
  struct Scratch {
    typename SelfAttention<T>::Scratch attention;
    typename FeedForward<T>::Scratch feed_forward;
    Matrix<T> attended;  // (rows × hidden)
    Matrix<T> d_sum;     // (rows × hidden)
    Matrix<T> first;     // (sequences × hidden): the first row of each sequence, or its derivative
    Sequences ones;      // one row a sequence
  };

  EncoderBlock() = default;
  EncoderBlock(Index hidden, Index heads, Index inner, Activation activation, double epsilon)
      : attention(hidden, heads),
        attention_norm(hidden, epsilon),
        feed_forward(hidden, inner, activation),
        output_norm(hidden, epsilon) {}

  /// output (rows × hidden) may not be input.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    scratch.attended.resize(input.rows, input.columns);
    attention.forward(backend, sequences, input, scratch.attended, trace.attention,
                      scratch.attention);
    forward_rows(backend, input, output, trace, scratch);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    backward_rows(backend, trace, d_output, d_input, scratch);
    copy(d_input, scratch.attended);
    attention.backward(backend, sequences, trace.attention, scratch.attended, d_input, Write::add,
                       scratch.attention);
  }

  /// The block when only the first row of each sequence is read afterwards: keys and values of all
  /// rows, everything else of the first rows. output (sequences × hidden); the same numbers.
  void forward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                     MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    prepare_first(sequences, input.columns, scratch);
    for (Index s = 0; s < sequences.count(); ++s) {
      std::copy_n(input.row(sequences.start(s)), input.columns, scratch.first.row(s));
    }
    scratch.attended.resize(sequences.count(), input.columns);
    attention.forward_chosen(backend, sequences, scratch.ones, input, scratch.first,
                             scratch.attended, trace.attention, scratch.attention);
    forward_rows(backend, scratch.first, output, trace, scratch);
  }
  /// d_output (sequences × hidden) -> d_input (rows × hidden).
  void backward_first(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                      ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    prepare_first(sequences, d_output.columns, scratch);
    const MatrixView<T> d_first = scratch.first;
    backward_rows(backend, trace, d_output, d_first, scratch);
    copy(d_first, scratch.attended);
    attention.backward_chosen(backend, sequences, scratch.ones, trace.attention, scratch.attended,
                              d_input, d_first, scratch.attention);
    for (Index s = 0; s < sequences.count(); ++s) {
      T* row = d_input.row(sequences.start(s));
      for (Index c = 0; c < d_input.columns; ++c) row[c] += d_first(s, c);
    }
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    attention.visit(name + ".attention", visitor);
    attention_norm.visit(name + ".attention_norm", visitor);
    feed_forward.visit(name + ".feed_forward", visitor);
    output_norm.visit(name + ".output_norm", visitor);
  }

 private:
  /// What follows attention is row by row: scratch.attended -> output, with `input` as residual.
  void forward_rows(Backend<T>& backend, ConstMatrixView<T> input, MatrixView<T> output,
                    Trace& trace, Scratch& scratch) const {
    attention_norm.forward(backend, scratch.attended, input, scratch.attended,
                           trace.attention_norm);
    feed_forward.forward(backend, scratch.attended, output, trace.feed_forward,
                         scratch.feed_forward);
    output_norm.forward(backend, output, scratch.attended, output, trace.output_norm);
  }
  /// d_output -> d_sum, the derivative of attention's result and of the residual alike.
  void backward_rows(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                     MatrixView<T> d_sum, Scratch& scratch) const {
    scratch.d_sum.resize(d_output.rows, d_output.columns);
    scratch.attended.resize(d_output.rows, d_output.columns);
    const MatrixView<T> d_attended = scratch.d_sum;
    output_norm.backward(backend, trace.output_norm, d_output, d_sum);
    copy(d_sum, d_attended);  // the residual's share; the feed-forward adds its own
    feed_forward.backward(backend, trace.feed_forward, d_sum, d_attended, Write::add,
                          scratch.feed_forward);
    attention_norm.backward(backend, trace.attention_norm, d_attended, d_sum);
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
