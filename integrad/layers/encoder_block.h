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
    attention_norm.forward(backend, scratch.attended, input, scratch.attended,
                           trace.attention_norm);
    feed_forward.forward(backend, scratch.attended, output, trace.feed_forward,
                         scratch.feed_forward);
    output_norm.forward(backend, output, scratch.attended, output, trace.output_norm);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    scratch.d_sum.resize(d_output.rows, d_output.columns);
    scratch.attended.resize(d_output.rows, d_output.columns);
    const MatrixView<T> d_attended = scratch.d_sum;
    output_norm.backward(backend, trace.output_norm, d_output, d_input);
    copy(d_input, d_attended);  // the residual's share; the feed-forward adds its own
    feed_forward.backward(backend, trace.feed_forward, d_input, d_attended, Write::add,
                          scratch.feed_forward);
    attention_norm.backward(backend, trace.attention_norm, d_attended, d_input);
    copy(d_input, scratch.attended);
    attention.backward(backend, sequences, trace.attention, scratch.attended, d_input, Write::add,
                       scratch.attention);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    attention.visit(name + ".attention", visitor);
    attention_norm.visit(name + ".attention_norm", visitor);
    feed_forward.visit(name + ".feed_forward", visitor);
    output_norm.visit(name + ".output_norm", visitor);
  }

 private:
  static void copy(ConstMatrixView<T> from, MatrixView<T> to) {
    for (Index r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.columns, to.row(r));
  }
};

}  // namespace integrad
