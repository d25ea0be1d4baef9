// MobileBERT's embeddings (Sun et al. 2020, arXiv 2004.02984): narrow word vectors, each beside
// those of its neighbours, made as wide as hidden states; then positions, types and a norm.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "integrad/layers/embeddings.h"
#include "integrad/layers/mobile_norm.h"

namespace integrad {

template <class T>
struct MobileEmbeddings;

struct MobileEmbeddingsOptions {
  template <class T>
  using Layer = MobileEmbeddings<T>;
  Index vocabulary = 0;
  Index words = 0;        // columns of the word table
  Index hidden = 0;       // columns of the output
  Index positions = 0;    // rows of the position table
  Index token_types = 0;  // rows of the type table
  bool trigram = true;    // the next and the previous word stand beside each
  bool normalizes = false;
  double epsilon = 1e-5;

  Index joined() const { return (trigram ? 3 : 1) * words; }
  bool transforms() const { return trigram || words != hidden; }
};

template <class T>
struct MobileEmbeddings {
  using Options = MobileEmbeddingsOptions;

  Options options;
  Matrix<T> words;                          // (vocabulary × words)
  std::optional<Linear<T>> transformation;  // (hidden × joined words)
  Matrix<T> positions;                      // (longest sequence × hidden)
  Matrix<T> token_types;                    // (types × hidden)
  MobileNorm<T> norm;

  struct Trace {
    typename MobileNorm<T>::Trace norm;
    Matrix<T> joined;  // (rows × joined words), or its derivative
    Matrix<T> d_sum;   // (rows × hidden)
  };

  MobileEmbeddings() = default;
  explicit MobileEmbeddings(const Options& options_)
      : options(options_),
        words(options.vocabulary, options.words),
        positions(options.positions, options.hidden),
        token_types(options.token_types, options.hidden),
        norm(options.hidden, options.normalizes, options.epsilon) {
    if (options.transforms()) transformation.emplace(options.joined(), options.hidden);
  }

  /// Numbers of the Trace, of every row.
  static Index memory(const Options& options) {
    return MobileNorm<T>::memory(options.hidden, options.normalizes) + options.joined() +
           options.hidden;
  }
  /// Shapes that tell before anything is allocated whether a checkpoint can hold the tables.
  template <class E>
  static void expect_shapes(const Options& options, const std::string& name, E&& expect) {
    expect(name + ".words.weight", options.vocabulary, options.words);
    expect(name + ".positions.weight", options.positions, options.hidden);
    if (options.transforms()) {
      expect(name + ".transformation.weight", options.hidden, options.joined());
    }
  }

  /// vectors (rows × words) = rows of the word table. Every id must lie inside the table.
  void look_up(std::span<const std::int32_t> ids, MatrixView<T> vectors) const {
    for (Index r = 0; r < vectors.rows; ++r) {
      std::copy_n(words.row(ids[static_cast<std::size_t>(r)]), vectors.columns, vectors.row(r));
    }
  }
  /// output (rows × hidden) = norm(transformation(next | own | previous) + position + type); may be
  /// vectors where those are as wide.
  void forward(Backend<T>& backend, const TokenPlaces& places, ConstMatrixView<T> vectors,
               MatrixView<T> output, Trace& trace) const {
    ConstMatrixView<T> sum = vectors;
    if (transformation) {
      trace.joined.resize(vectors.rows, options.joined());
      join(places.sequences, vectors, trace.joined);
      transformation->forward(backend, trace.joined, output);
      sum = output;
    }
    for (Index r = 0; r < output.rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      const T* position = positions.row(places.positions[row]);
      const T* type = token_types.row(places.type_ids[row]);
      for (Index c = 0; c < output.columns; ++c) output(r, c) = sum(r, c) + position[c] + type[c];
    }
    norm.forward(backend, output, {}, output, trace.norm);
  }
  /// Derivative with respect to the word vectors (rows × words). d_vectors may be d_output.
  void backward(Backend<T>& backend, const TokenPlaces& places, Trace& trace,
                ConstMatrixView<T> d_output, MatrixView<T> d_vectors) const {
    if (!transformation) return norm.backward(backend, trace.norm, d_output, d_vectors);
    trace.d_sum.resize(d_output.rows, d_output.columns);
    norm.backward(backend, trace.norm, d_output, trace.d_sum);
    trace.joined.resize(d_output.rows, options.joined());
    transformation->backward(backend, trace.d_sum, trace.joined);
    join_backward(places.sequences, trace.joined, d_vectors);
  }
  template <class V>
  void visit(const std::string& name, V&& visitor) {
    visitor(name + ".words.weight", words.view());
    if (transformation) transformation->visit(name + ".transformation", visitor);
    visitor(name + ".positions.weight", positions.view());
    visitor(name + ".token_types.weight", token_types.view());
    norm.visit(name + ".norm", visitor);
  }

 private:
  /// [next | own | previous], zeros beyond the ends of a sequence.
  void join(const Sequences& sequences, ConstMatrixView<T> vectors, MatrixView<T> joined) const {
    const Index n = options.words;
    const auto place = [&](Index row, Index from, bool inside, Index column) {
      T* const to = joined.row(row) + column;
      inside ? std::copy_n(vectors.row(from), n, to) : std::fill_n(to, n, T(0));
    };
    for (Index s = 0; s < sequences.count(); ++s) {
      for (Index r = sequences.start(s); r < sequences.start(s + 1); ++r) {
        if (options.trigram) place(r, r + 1, r + 1 < sequences.start(s + 1), 0);
        place(r, r, true, options.trigram ? n : 0);
        if (options.trigram) place(r, r - 1, r > sequences.start(s), 2 * n);
      }
    }
  }
  /// A row's derivative comes from its own place, as the next of the row in front and as the
  /// previous of the row behind.
  void join_backward(const Sequences& sequences, ConstMatrixView<T> d_joined,
                     MatrixView<T> d_vectors) const {
    const Index n = options.words;
    for (Index s = 0; s < sequences.count(); ++s) {
      for (Index r = sequences.start(s); r < sequences.start(s + 1); ++r) {
        T* const row = d_vectors.row(r);
        std::copy_n(d_joined.row(r) + (options.trigram ? n : 0), n, row);
        if (!options.trigram) continue;
        if (r > sequences.start(s)) add(d_joined.row(r - 1), row);
        if (r + 1 < sequences.start(s + 1)) add(d_joined.row(r + 1) + 2 * n, row);
      }
    }
  }
  void add(const T* from, T* to) const {
    for (Index c = 0; c < options.words; ++c) to[c] += from[c];
  }
};

}  // namespace integrad
