// Word vectors, positions and token types, summed and normalised: tokens -> hidden states.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "integrad/layers/layer_norm.h"

namespace integrad {

/// BERT's embeddings block in its two steps, so that a path can start between them.
template <class T>
struct Embeddings {
  Matrix<T> words;        // (vocabulary × hidden)
  Matrix<T> positions;    // (longest sequence × hidden)
  Matrix<T> token_types;  // (types × hidden); no rows: the family has none
  LayerNorm<T> norm;

  using Trace = typename LayerNorm<T>::Trace;

  Embeddings() = default;
  Embeddings(Index vocabulary, Index longest, Index types, Index hidden, double epsilon)
      : words(vocabulary, hidden),
        positions(longest, hidden),
        token_types(types, hidden),
        norm(hidden, epsilon) {}

  /// vectors (rows × hidden) = rows of the word table. Every id must lie inside the table.
  void look_up(std::span<const std::int32_t> ids, MatrixView<T> vectors) const {
    for (Index r = 0; r < vectors.rows; ++r) {
      std::copy_n(words.row(ids[static_cast<std::size_t>(r)]), vectors.columns, vectors.row(r));
    }
  }
  /// output = LN(vectors + position + token type); output may be vectors. type_ids is not read
  /// when the family has no token types.
  void forward(Backend<T>& backend, ConstMatrixView<T> vectors,
               std::span<const std::int32_t> position_ids, std::span<const std::int32_t> type_ids,
               MatrixView<T> output, Trace& trace) const {
    for (Index r = 0; r < vectors.rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      const T* position = positions.row(position_ids[row]);
      const T* type = token_types.rows() > 0 ? token_types.row(type_ids[row]) : nullptr;
      for (Index c = 0; c < vectors.columns; ++c) {
        output(r, c) =
            type == nullptr ? vectors(r, c) + position[c] : vectors(r, c) + type[c] + position[c];
      }
    }
    norm.forward(backend, output, {}, output, trace);
  }
  /// Derivative with respect to the word vectors; positions and types are constants.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                MatrixView<T> d_vectors) const {
    norm.backward(backend, trace, d_output, d_vectors);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    visitor(name + ".words.weight", words.view());
    visitor(name + ".positions.weight", positions.view());
    if (token_types.rows() > 0) visitor(name + ".token_types.weight", token_types.view());
    norm.visit(name + ".norm", visitor);
  }
};

}  // namespace integrad
