// One block of MobileBERT (Sun et al. 2020, arXiv 2004.02984): hidden states are made narrow, pass
// attention and several feed-forwards, and are made wide again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "integrad/layers/block_contract.h"
#include "integrad/layers/feed_forward.h"
#include "integrad/layers/mobile_attention.h"
#include "integrad/layers/mobile_norm.h"

namespace integrad {

template <class T>
struct MobileBlock;

/// What a projection of attention reads.
enum class MobileSource {
  block,       // the block's input
  bottleneck,  // its narrow form, to which attention's result is added
  shared,      // a narrow form of their own for queries and keys
};

/// What a MobileBERT block has besides its sizes.
struct MobileBlockOptions {
  template <class T>
  using Layer = MobileBlock<T>;
  Index width = 0;          // columns between the bottlenecks; without them `hidden`
  Index feed_forwards = 1;  // one behind the other
  bool bottleneck = true;
  MobileSource queries = MobileSource::shared;  // of queries and keys
  MobileSource values = MobileSource::block;
  bool normalizes = false;     // layer norms instead of a scale and a shift
  double last_epsilon = 1e-5;  // of the last feed-forward's norm
};

/// Const after load; a call's state lives in its Trace, temporaries in the Scratch.
template <class T>
struct MobileBlock {
  using Options = MobileBlockOptions;

  struct Stage {  // x -> norm(FFN(x) + x)
    FeedForward<T> feed_forward;
    MobileNorm<T> norm;
  };

  Options options;
  Linear<T> bottleneck;  // (width × hidden)
  MobileNorm<T> bottleneck_norm;
  Linear<T> shared;  // (width × hidden)
  MobileNorm<T> shared_norm;
  MobileAttention<T> attention;
  MobileNorm<T> attention_norm;
  std::vector<Stage> stages;
  Linear<T> expansion;  // (hidden × width)
  MobileNorm<T> expansion_norm;

  struct StageTrace {
    typename FeedForward<T>::Trace feed_forward;
    typename MobileNorm<T>::Trace norm;
  };
  struct Trace {
    typename MobileNorm<T>::Trace bottleneck_norm, shared_norm, attention_norm, expansion_norm;
    typename MobileAttention<T>::Trace attention;
    std::vector<StageTrace> stages;
  };
  struct Scratch {
    typename MobileAttention<T>::Scratch attention;
    Matrix<T> narrow;  // (rows × width): the bottleneck's result
    Matrix<T> shared;  // (rows × width), or its derivative
    Matrix<T> rows;    // (rows × width): what passes from stage to stage, or its derivative
    Matrix<T> next;    // (rows × width)
  };

  MobileBlock() = default;
  MobileBlock(const BlockSizes& sizes, const Options& options_, Index /*number*/)
      : options(options_),
        attention(columns_of(sizes, options, options.queries),
                  columns_of(sizes, options, options.values), options.width, sizes.heads),
        attention_norm(options.width, options.normalizes, sizes.epsilon) {
    if (options.bottleneck) {
      bottleneck = Linear<T>(sizes.hidden, options.width);
      bottleneck_norm = MobileNorm<T>(options.width, options.normalizes, sizes.epsilon);
      expansion = Linear<T>(options.width, sizes.hidden);
      expansion_norm = MobileNorm<T>(sizes.hidden, options.normalizes, sizes.epsilon);
    }
    if (options.queries == MobileSource::shared) {
      shared = Linear<T>(sizes.hidden, options.width);
      shared_norm = MobileNorm<T>(options.width, options.normalizes, sizes.epsilon);
    }
    stages.resize(static_cast<std::size_t>(options.feed_forwards));
    for (Stage& stage : stages) {
      const bool last = &stage == &stages.back();
      stage.feed_forward = FeedForward<T>(options.width, sizes.inner, sizes.activation);
      stage.norm = MobileNorm<T>(options.width, options.normalizes,
                                 last ? options.last_epsilon : sizes.epsilon);
    }
  }

  /// Shapes that tell before anything is allocated whether a checkpoint can hold the block.
  template <class E>
  static void expect_shapes(const BlockSizes& sizes, const Options& options,
                            const std::string& name, E&& expect) {
    expect(name + ".attention.value.weight", options.width,
           columns_of(sizes, options, options.values));
    expect(name + ".attention.query.weight", options.width,
           columns_of(sizes, options, options.queries));
    expect(name + ".last.inner.weight", sizes.inner, options.width);
    if (options.feed_forwards > 1) {
      expect(stage_name(name, options.feed_forwards - 2, options) + ".inner.weight", sizes.inner,
             options.width);
    }
  }
  /// Numbers of Trace and Scratch when the block is used so.
  static BlockMemory memory(const BlockSizes& sizes, const Options& options, const BlockUse& use) {
    const Index width = options.width;
    const auto norm = [&](Index columns) {
      return MobileNorm<T>::memory(columns, options.normalizes);
    };
    Index trace = 4 * width + sizes.heads + norm(width);
    trace += options.feed_forwards * (sizes.inner + norm(width));
    Index scratch = 2 * width + (options.bottleneck ? width : 0);
    if (options.bottleneck) trace += norm(width) + norm(sizes.hidden);
    if (options.queries == MobileSource::shared) {
      trace += norm(width);
      scratch += width;
    }
    return {trace, 0, scratch + (use.backward ? 4 * width : 0), 0};
  }
  void prepare(Backend<T>&) {}

  /// output (rows × hidden) may not be input.
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output_rows, Trace& trace, Scratch& scratch) const {
    ConstMatrixView<T> narrow = input;
    if (options.bottleneck) {
      narrow = make_narrow(backend, bottleneck, bottleneck_norm, input, scratch.narrow,
                           trace.bottleneck_norm);
    }
    attend(backend, sequences, input, narrow, trace, scratch);
    trace.stages.resize(stages.size());
    scratch.next.resize(input.rows, options.width);
    for (std::size_t k = 0; k < stages.size(); ++k) {
      const Stage& stage = stages[k];
      stage.feed_forward.forward(backend, scratch.rows, scratch.next, trace.stages[k].feed_forward);
      stage.norm.forward(backend, scratch.next, scratch.rows, scratch.next, trace.stages[k].norm);
      std::swap(scratch.rows, scratch.next);
    }
    if (!options.bottleneck) return backend.affine(scratch.rows, {}, {}, {}, output_rows);
    expansion.forward(backend, scratch.rows, output_rows);
    expansion_norm.forward(backend, output_rows, input, output_rows, trace.expansion_norm);
  }
  /// d_input may be d_output.
  void backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_input, Scratch& scratch) const {
    scratch.rows.resize(d_output.rows, options.width);
    const MatrixView<T> d_rows = scratch.rows;
    if (options.bottleneck) {  // d_input stays as the residual's share
      expansion_norm.backward(backend, trace.expansion_norm, d_output, d_input);
      expansion.backward(backend, d_input, d_rows);
    } else {
      backend.affine(d_output, {}, {}, {}, d_rows);
    }
    for (std::size_t k = stages.size(); k-- > 0;) {
      const Stage& stage = stages[k];
      stage.norm.backward(backend, trace.stages[k].norm, d_rows, d_rows);
      stage.feed_forward.backward(backend, trace.stages[k].feed_forward, d_rows, d_rows,
                                  Write::add);
    }
    attention_norm.backward(backend, trace.attention_norm, d_rows, d_rows);
    // d_rows is the derivative of the narrow rows, or without a bottleneck of the block's input.
    attend_backward(backend, sequences, trace, options.bottleneck ? d_input : d_rows, scratch);
    if (!options.bottleneck) return backend.affine(d_rows, {}, {}, {}, d_input);
    bottleneck_norm.backward(backend, trace.bottleneck_norm, d_rows, d_rows);
    bottleneck.backward(backend, d_rows, d_input, Write::add);
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    if (options.bottleneck) {
      bottleneck.visit(name + ".bottleneck", visitor);
      bottleneck_norm.visit(name + ".bottleneck_norm", visitor);
    }
    if (options.queries == MobileSource::shared) {
      shared.visit(name + ".shared", visitor);
      shared_norm.visit(name + ".shared_norm", visitor);
    }
    attention.visit(name + ".attention", visitor);
    attention_norm.visit(name + ".attention_norm", visitor);
    for (std::size_t k = 0; k < stages.size(); ++k) {
      const std::string stage = stage_name(name, static_cast<Index>(k), options);
      stages[k].feed_forward.visit(stage, visitor);
      stages[k].norm.visit(stage + ".norm", visitor);
    }
    if (!options.bottleneck) return;
    expansion.visit(name + ".expansion", visitor);
    expansion_norm.visit(name + ".expansion_norm", visitor);
  }

 private:
  static Index columns_of(const BlockSizes& sizes, const Options& options, MobileSource source) {
    return source == MobileSource::block ? sizes.hidden : options.width;
  }
  /// The last feed-forward has a name of its own.
  static std::string stage_name(const std::string& name, Index k, const Options& options) {
    if (k + 1 == options.feed_forwards) return name + ".last";
    return name + ".stage." + std::to_string(k);
  }
  ConstMatrixView<T> make_narrow(Backend<T>& backend, const Linear<T>& linear,
                                 const MobileNorm<T>& norm, ConstMatrixView<T> input, Matrix<T>& to,
                                 typename MobileNorm<T>::Trace& trace) const {
    to.resize(input.rows, options.width);
    linear.forward(backend, input, to);
    norm.forward(backend, to, {}, to, trace);
    return to.view();
  }
  /// scratch.rows = norm(Attention + narrow).
  void attend(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
              ConstMatrixView<T> narrow, Trace& trace, Scratch& scratch) const {
    const auto rows_of = [&](MobileSource source) {
      if (source == MobileSource::block) return input;
      if (source == MobileSource::bottleneck) return narrow;
      return make_narrow(backend, shared, shared_norm, input, scratch.shared, trace.shared_norm);
    };
    scratch.rows.resize(input.rows, options.width);
    attention.forward(backend, sequences, rows_of(options.queries), rows_of(options.values),
                      scratch.rows, trace.attention);
    attention_norm.forward(backend, scratch.rows, narrow, scratch.rows, trace.attention_norm);
  }
  /// scratch.rows, the derivative of attention's result -> added to d_block and, as the narrow
  /// rows' derivative, to scratch.rows.
  void attend_backward(Backend<T>& backend, const Sequences& sequences, const Trace& trace,
                       MatrixView<T> d_block, Scratch& scratch) const {
    const auto d_source = [&](MobileSource source) {
      return source == MobileSource::block ? d_block : scratch.rows.view();
    };
    if (options.queries != MobileSource::shared) {
      return attention.backward(backend, sequences, trace.attention, scratch.rows,
                                d_source(options.queries), Write::add, d_source(options.values),
                                scratch.attention);
    }
    scratch.shared.resize(d_block.rows, options.width);
    const MatrixView<T> d_shared = scratch.shared;
    attention.backward(backend, sequences, trace.attention, scratch.rows, d_shared, Write::replace,
                       d_source(options.values), scratch.attention);
    shared_norm.backward(backend, trace.shared_norm, d_shared, d_shared);
    shared.backward(backend, d_shared, d_block, Write::add);
  }
};

}  // namespace integrad
