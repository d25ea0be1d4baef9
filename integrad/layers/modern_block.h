// One pre-norm encoder block (ModernBERT: Warner et al. 2024, arXiv 2412.13663): attended = x +
// Attention(LN(x)); y = attended + FFN(LN(attended)). The first block has no norm before attention.
// It can be left with the first rows only (first); its projections are not affine in x (no lift).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "integrad/layers/block_contract.h"
#include "integrad/layers/first_rows.h"
#include "integrad/layers/layer_norm.h"
#include "integrad/layers/modern_attention.h"
#include "integrad/layers/modern_feed_forward.h"

namespace integrad {

template <class T>
struct ModernBlock;

/// What a ModernBERT block has besides its sizes.
struct ModernBlockOptions {
  template <class T>
  using Layer = ModernBlock<T>;
  std::vector<bool> local;  // of each block: attention in a window, with a rotation of its own
  Index window = 64;        // farthest key of local attention, in rows; at least 1
  double local_base = 10000;
  double global_base = 160000;
  bool attention_bias = false;
  bool feed_forward_bias = false;
  bool norm_bias = false;

  bool is_local(Index block) const { return local[static_cast<std::size_t>(block)]; }
};

/// Const after load; a call's state lives in its Trace, temporaries in the Scratch.
template <class T>
struct ModernBlock {
  using Options = ModernBlockOptions;

  std::optional<LayerNorm<T>> attention_norm;
  ModernAttention<T> attention;
  LayerNorm<T> feed_forward_norm;
  ModernFeedForward<T> feed_forward;

  struct Trace {
    typename LayerNorm<T>::Trace attention_norm;
    typename ModernAttention<T>::Trace attention;
    typename LayerNorm<T>::Trace feed_forward_norm;
    typename ModernFeedForward<T>::Trace feed_forward;
  };
  struct Scratch {
    typename ModernAttention<T>::Scratch attention;
    Matrix<T> attended;  // (rows × hidden), or its derivative
    Matrix<T> branch;    // (rows × hidden): what a norm gave, or its derivative
    Matrix<T> normed;    // of first rows: (rows × hidden)
    Matrix<T> first;     // (sequences × hidden): the first row of each sequence, or its derivative
    Sequences ones;      // one row a sequence
  };

  ModernBlock() = default;
  /// `number` of the block in the chain.
  ModernBlock(const BlockSizes& sizes, const Options& options, Index number)
      : attention(sizes.hidden, sizes.heads, options.is_local(number) ? options.window : 0,
                  options.is_local(number) ? options.local_base : options.global_base,
                  options.attention_bias),
        feed_forward_norm(sizes.hidden, sizes.epsilon, options.norm_bias),
        feed_forward(sizes.hidden, sizes.inner, sizes.activation, options.feed_forward_bias) {
    if (number > 0) attention_norm.emplace(sizes.hidden, sizes.epsilon, options.norm_bias);
  }

  /// Shapes that tell before anything is allocated whether a checkpoint can hold the block.
  template <class E>
  static void expect_shapes(const BlockSizes& sizes, const Options&, const std::string& name,
                            E&& expect) {
    expect(name + ".attention.qkv.weight", 3 * sizes.hidden, sizes.hidden);
    expect(name + ".feed_forward.inner.weight", 2 * sizes.inner, sizes.hidden);
  }
  /// Numbers of Trace and Scratch when the block is used so. What a backend keeps between the two
  /// maps of a feed-forward is wider with a gate: the scratch counts the difference.
  static BlockMemory memory(const BlockSizes& sizes, const Options&, const BlockUse& use) {
    const Index hidden = sizes.hidden, norm = hidden + 1;
    const Index queries = hidden + sizes.heads + norm + 2 * sizes.inner;  // of a row that asks
    const Index gate = use.backward ? 2 * sizes.inner : 0;
    const Index d_context = use.backward ? hidden : 0;
    if (use.first) {
      return {norm + 2 * hidden, queries + hidden, hidden + (use.backward ? 2 * hidden : 0),
              3 * hidden + (use.backward ? 2 * hidden : 0) + gate};
    }
    return {norm + 3 * hidden + queries, 0,
            2 * hidden + d_context + (use.backward ? 3 * hidden : 0) + gate, 0};
  }
  void prepare(Backend<T>&) {}

  /// output (rows × hidden) may not be input.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    const ConstMatrixView<T> normed = normalize(backend, input, scratch.branch, trace);
    scratch.attended.resize(input.rows, input.columns);
    attention.forward(backend, sequences, normed, scratch.attended, trace.attention);
    backend.affine(scratch.attended, input, {}, {}, scratch.attended);
    forward_rows(backend, output, trace, scratch);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    backward_rows(backend, trace, d_output, scratch);
    const MatrixView<T> d_normed = scratch.branch;
    attention.backward(backend, sequences, trace.attention, scratch.attended, d_normed,
                       scratch.attention);
    if (attention_norm) {
      attention_norm->backward(backend, trace.attention_norm, d_normed, d_normed);
    }
    backend.affine(d_normed, scratch.attended, {}, {}, d_input);
  }

  /// The block when only the first row of each sequence is read afterwards. output (sequences ×
  /// hidden); the same numbers.
  void forward_first(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
                     MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    prepare_first(sequences, output.columns, scratch);
    const ConstMatrixView<T> normed = normalize(backend, input, scratch.normed, trace);
    gather_first<T>(sequences, normed, scratch.first);
    attention.forward_first(backend, sequences, scratch.ones, normed, scratch.first,
                            scratch.attended, trace.attention);
    gather_first<T>(sequences, input, scratch.first);
    backend.affine(scratch.attended, scratch.first, {}, {}, scratch.attended);
    forward_rows(backend, output, trace, scratch);
  }
  /// d_output (sequences × hidden) -> d_input (rows × hidden).
  void backward_first(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                      ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    prepare_first(sequences, d_output.columns, scratch);
    backward_rows(backend, trace, d_output, scratch);
    attention.backward_first(backend, sequences, scratch.ones, trace.attention, scratch.attended,
                             d_input, scratch.first, scratch.attention);
    add_first<T>(sequences, scratch.first, d_input);
    if (attention_norm) attention_norm->backward(backend, trace.attention_norm, d_input, d_input);
    add_first<T>(sequences, scratch.attended, d_input);  // the residual's share
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    if (attention_norm) attention_norm->visit(name + ".attention_norm", visitor);
    attention.visit(name + ".attention", visitor);
    feed_forward_norm.visit(name + ".feed_forward_norm", visitor);
    feed_forward.visit(name + ".feed_forward", visitor);
  }

 private:
  /// What attention reads: the input, or `to`.
  ConstMatrixView<T> normalize(Backend<T>& backend, ConstMatrixView<T> input, Matrix<T>& to,
                               Trace& trace) const {
    if (!attention_norm) return input;
    to.resize(input.rows, input.columns);
    attention_norm->forward(backend, input, {}, to, trace.attention_norm);
    return to.view();
  }
  /// scratch.attended -> output, row by row.
  void forward_rows(Backend<T>& backend, MatrixView<T> output, Trace& trace,
                    Scratch& scratch) const {
    scratch.branch.resize(output.rows, output.columns);
    feed_forward_norm.forward(backend, scratch.attended, {}, scratch.branch,
                              trace.feed_forward_norm);
    feed_forward.forward(backend, scratch.branch, output, trace.feed_forward);
    backend.affine(output, scratch.attended, {}, {}, output);
  }
  /// d_output -> scratch.attended, the derivative of attention's result and of the residual alike.
  void backward_rows(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                     Scratch& scratch) const {
    scratch.branch.resize(d_output.rows, d_output.columns);
    scratch.attended.resize(d_output.rows, d_output.columns);
    const MatrixView<T> d_branch = scratch.branch;
    feed_forward.backward(backend, trace.feed_forward, d_output, d_branch);
    feed_forward_norm.backward(backend, trace.feed_forward_norm, d_branch, d_branch);
    backend.affine(d_branch, d_output, {}, {}, scratch.attended);
  }
  static void prepare_first(const Sequences& sequences, Index hidden, Scratch& scratch) {
    scratch.first.resize(sequences.count(), hidden);
    scratch.attended.resize(sequences.count(), hidden);
    scratch.ones.clear();
    for (Index s = 0; s < sequences.count(); ++s) scratch.ones.append(1);
  }
};

}  // namespace integrad
