// Word vectors, positions and token types, summed and normalised: tokens -> hidden states.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "integrad/compute/sequences.h"
#include "integrad/layers/layer_norm.h"
#include "integrad/layers/linear.h"

namespace integrad {

template <class T>
struct Embeddings;

/// Sizes of tables and rows.
struct EmbeddingsOptions {
  template <class T>
  using Layer = Embeddings<T>;
  Index vocabulary = 0;
  Index words = 0;        // columns of the tables
  Index hidden = 0;       // columns of the output
  Index positions = 0;    // rows of the position table; 0: the family has none
  Index token_types = 0;  // 0: the family has none
  double epsilon = 1e-12;
  bool norm_bias = true;
};

/// What embeddings read besides word vectors, one entry a row.
struct TokenPlaces {
  const Sequences& sequences;
  std::span<const std::int32_t> positions;
  std::span<const std::int32_t> type_ids;  // not read when the family has no token types
};

/// BERT's embeddings block in its two steps, so that a path can start between them. Where word
/// vectors are narrower than the output, a linear map without bias stands in front of the norm
/// (DeBERTa).
template <class T>
struct Embeddings {
  using Options = EmbeddingsOptions;

  Matrix<T> words;        // (vocabulary × words)
  Matrix<T> positions;    // (longest sequence × words)
  Matrix<T> token_types;  // (types × words)
  std::optional<Linear<T>> projection;
  LayerNorm<T> norm;

  struct Trace {
    typename LayerNorm<T>::Trace norm;
    Matrix<T> sum;  // with a projection: (rows × words); also d_projected (rows × hidden)
  };

  Embeddings() = default;
  explicit Embeddings(const Options& options)
      : words(options.vocabulary, options.words),
        positions(options.positions, options.words),
        token_types(options.token_types, options.words),
        norm(options.hidden, options.epsilon, options.norm_bias) {
    if (options.words != options.hidden) {
      projection = Linear<T>(options.words, options.hidden, false);
    }
  }

  /// Numbers of the Trace, of every row.
  static Index memory(const Options& options) {
    const bool projects = options.words != options.hidden;
    return options.hidden + 1 + (projects ? std::max(options.words, options.hidden) : 0);
  }
  /// Shapes that tell before anything is allocated whether a checkpoint can hold the tables.
  template <class E>
  static void expect_shapes(const Options& options, const std::string& name, E&& expect) {
    expect(name + ".words.weight", options.vocabulary, options.words);
    if (options.positions > 0) {
      expect(name + ".positions.weight", options.positions, options.words);
    }
    if (options.words != options.hidden) {
      expect(name + ".projection.weight", options.hidden, options.words);
    }
  }

  /// vectors (rows × words) = rows of the word table. Every id must lie inside the table.
  void look_up(std::span<const std::int32_t> ids, MatrixView<T> vectors) const {
    for (Index r = 0; r < vectors.rows; ++r) {
      std::copy_n(words.row(ids[static_cast<std::size_t>(r)]), vectors.columns, vectors.row(r));
    }
  }
  /// output (rows × hidden) = LN(vectors + position + token type); may be vectors where those are
  /// as wide.
  void forward(Backend<T>& backend, const TokenPlaces& places, ConstMatrixView<T> vectors,
               MatrixView<T> output, Trace& trace) const {
    if (!projection) {
      add_places(places, vectors, output);
    } else {
      trace.sum.resize(vectors.rows, vectors.columns);
      add_places(places, vectors, trace.sum);
      projection->forward(backend, trace.sum, output);
    }
    norm.forward(backend, output, {}, output, trace.norm);
  }
  /// Derivative with respect to the word vectors (rows × words); positions and types are constants.
  /// d_vectors may be d_output.
  void backward(Backend<T>& backend, const TokenPlaces&, Trace& trace, ConstMatrixView<T> d_output,
                MatrixView<T> d_vectors) const {
    if (!projection) return norm.backward(backend, trace.norm, d_output, d_vectors);
    trace.sum.resize(d_output.rows, d_output.columns);
    norm.backward(backend, trace.norm, d_output, trace.sum);
    projection->backward(backend, trace.sum, d_vectors);
  }
  /// Adds the derivatives with respect to tables and norm to `gradient`, and makes d_output the
  /// derivative of the sum in front of the norm. Without a projection.
  void accumulate(Backend<T>& backend, std::span<const std::int32_t> ids, const TokenPlaces& places,
                  const Trace& trace, MatrixView<T> d_output, Embeddings& gradient) const {
    norm.accumulate(backend, trace.norm, d_output, gradient.norm);
    norm.backward(backend, trace.norm, d_output, d_output);
    const auto add = [&](Matrix<T>& table, std::span<const std::int32_t> rows) {
      if (table.rows() == 0) return;
      for (Index r = 0; r < d_output.rows; ++r) {
        T* const sum = table.row(rows[static_cast<std::size_t>(r)]);
        for (Index c = 0; c < d_output.columns; ++c) sum[c] += d_output(r, c);
      }
    };
    add(gradient.words, ids);
    add(gradient.positions, places.positions);
    add(gradient.token_types, places.type_ids);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    visitor(name + ".words.weight", words.view());
    if (positions.rows() > 0) visitor(name + ".positions.weight", positions.view());
    if (token_types.rows() > 0) visitor(name + ".token_types.weight", token_types.view());
    if (projection) projection->visit(name + ".projection", visitor);
    norm.visit(name + ".norm", visitor);
  }

 private:
  void add_places(const TokenPlaces& places, ConstMatrixView<T> vectors, MatrixView<T> sum) const {
    for (Index r = 0; r < vectors.rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      const T* position = positions.rows() > 0 ? positions.row(places.positions[row]) : nullptr;
      const T* type = token_types.rows() > 0 ? token_types.row(places.type_ids[row]) : nullptr;
      for (Index c = 0; c < vectors.columns; ++c) {
        T value = vectors(r, c);
        if (type != nullptr) value += type[c];
        if (position != nullptr) value += position[c];
        sum(r, c) = value;
      }
    }
  }
};

}  // namespace integrad
