// What a call of the classifier needs besides the weights: a backend, traces, temporaries.
#pragma once

#include <memory>
#include <vector>

#include "integrad/layers/classification_head.h"
#include "integrad/layers/embeddings.h"
#include "integrad/layers/encoder_block.h"

namespace integrad {

/// Belongs to one thread at a time; grows to the largest call and then allocates nothing.
template <class T>
struct Workspace {
  explicit Workspace(std::unique_ptr<Backend<T>> backend_) : backend(std::move(backend_)) {}

  std::unique_ptr<Backend<T>> backend;
  typename Embeddings<T>::Trace embeddings;
  std::vector<typename EncoderBlock<T>::Trace> blocks;  // one a block right of the cut
  typename EncoderBlock<T>::Scratch scratch;
  Matrix<T> hidden[2];  // (rows × hidden), in turns
  typename ClassificationHead<T>::Trace head;
};

}  // namespace integrad
