// What training needs besides weights and gradient: a backend, traces, temporaries.
#pragma once

#include <memory>
#include <vector>

#include "integrad/layers/classification_head_training.h"
#include "integrad/layers/embeddings.h"
#include "integrad/layers/encoder_block_training.h"

namespace integrad {

/// Belongs to one thread at a time; grows to the largest call.
template <class T>
struct TrainingWorkspace {
  explicit TrainingWorkspace(std::unique_ptr<Backend<T>> backend_) : backend(std::move(backend_)) {}

  std::unique_ptr<Backend<T>> backend;
  typename Embeddings<T>::Trace embeddings;
  Matrix<T> embedded;  // in front of a projection: (rows × embeddings), or its derivative
  std::vector<Matrix<T>> inputs;  // of every block: (rows × hidden)
  std::vector<typename EncoderBlockTraining<T>::Trace> blocks;
  typename EncoderBlockTraining<T>::Scratch scratch;
  Matrix<T> summary;  // (sequences × hidden), or its derivative
  Matrix<T> d_rows;   // (rows × hidden)
  typename ClassificationHeadTraining<T>::Trace head;
  std::optional<DropoutKey> key;  // of the last forward
};

}  // namespace integrad
