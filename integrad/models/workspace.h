// What a call of the classifier needs besides the weights: a backend, traces, temporaries.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "integrad/layers/classification_head.h"
#include "integrad/layers/pooling.h"
#include "integrad/models/block.h"
#include "integrad/models/chain_options.h"

namespace integrad {

/// Belongs to one thread at a time; grows to the largest call and then allocates nothing. How many
/// bytes that is says chain_memory.h.
template <class T>
struct Workspace {
  explicit Workspace(std::unique_ptr<Backend<T>> backend_) : backend(std::move(backend_)) {}

  /// The matrices that a forward_from with these options writes, `inputs_` of them if traces are
  /// not kept; gives back what another choice left.
  void prepare(const ChainOptions& options_, std::size_t blocks_, std::size_t inputs_) {
    options = options_;
    traced.reset();
    blocks.resize(options.keep_traces ? std::max<std::size_t>(1, blocks_) : 1);
    inputs.resize(options.keep_traces ? 0 : inputs_);
  }
  /// Where the input of block k is written, which is the output of the one in front of it.
  Matrix<T>& input_of(std::size_t k) { return options.keep_traces ? hidden[k % 2] : inputs[k]; }

  std::unique_ptr<Backend<T>> backend;
  EmbeddingsTrace<T> embeddings;
  Matrix<T> embedded;  // in front of a projection: (rows × embeddings), also the derivative
  /// One a block right of the cut, or one for all when traces are not kept.
  std::vector<BlockTrace<T>> blocks;
  std::vector<Matrix<T>> inputs;  // when traces are not kept: a block's input (rows × hidden)
  BlockScratch<T> scratch;
  std::array<Matrix<T>, 2>
      hidden;  // (rows × hidden): a block's output, in turns, and its derivative
  typename Pooling<T>::Trace pooling;
  typename ClassificationHead<T>::Trace head;

  // What backward_to has to know of the last forward_from.
  ChainOptions options;
  ConstMatrixView<T> activation;      // what crossed the cut
  std::optional<std::size_t> traced;  // the block whose trace the only one holds
};

}  // namespace integrad
