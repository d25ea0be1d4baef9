// Vectors for the distance between two tokens, and what attention reads of them: the relative
// positions of DeBERTa (He et al. 2021, arXiv 2006.03654; buckets: v2 of its reference
// implementation). They are constants, so that each block projects them once, after load.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "integrad/layers/layer_norm.h"
#include "integrad/layers/linear.h"

namespace integrad {

struct DebertaPositionOptions {
  bool content_to_position = true;  // queries meet projected positions
  bool position_to_content = true;  // keys do
  bool shared = true;  // positions are projected by the maps of the content's queries and keys
  bool norm = false;   // the table is normalised first
  Index buckets = 0;   // 0: each distance has a row of the table
  Index farthest = 0;  // distance told apart from others; with buckets, where the last one begins
  Index score_terms = 3;  // a score is scaled as the sum of so many products

  bool any() const { return content_to_position || position_to_content; }
  /// Half of the table's rows.
  Index span() const { return buckets > 0 ? buckets : farthest; }
};

/// The bucket of a distance: itself up to half of the buckets, then growing with the logarithm so
/// that `farthest` − 1 falls into bucket buckets − 1. Odd, and never falling. In float32, where the
/// reference implementation is: the ends of some buckets depend on its rounding.
inline Index deberta_bucket(Index distance, Index buckets, Index farthest) {
  const Index middle = buckets / 2, n = std::abs(distance);
  if (buckets == 0 || n <= middle) return distance;
  const auto logarithm = [&](Index of) {
    const float ratio = static_cast<float>(of) / static_cast<float>(middle);
    return static_cast<float>(std::log(static_cast<double>(ratio)));
  };
  const float share = logarithm(n) / logarithm(farthest - 1);
  const Index bucket =
      middle + static_cast<Index>(std::ceil(share * static_cast<float>(middle - 1)));
  return distance < 0 ? -bucket : bucket;
}

template <class T>
struct DebertaPositions {
  DebertaPositionOptions options;
  Matrix<T> table;    // (2·span × hidden), as checkpoints hold it
  LayerNorm<T> norm;  // of the table
  Linear<T> key;      // where positions are not shared: of positions that queries meet,
  Linear<T> query;    // and that keys meet

  // What attention reads, see RelativePositions; one slot a bucket −span … span.
  Matrix<T> met_by_queries;  // (2·span + 1 × hidden)
  Matrix<T> met_by_keys;     // (2·span + 1 × hidden)
  std::vector<std::int32_t> slots;

  DebertaPositions() = default;
  DebertaPositions(const DebertaPositionOptions& options_, Index hidden, double epsilon,
                   Index longest)
      : options(options_) {
    if (options.any()) table.resize(2 * options.span(), hidden);
    if (options.norm) norm = LayerNorm<T>(hidden, epsilon);
    if (!options.shared && options.content_to_position) key = Linear<T>(hidden, hidden);
    if (!options.shared && options.position_to_content) query = Linear<T>(hidden, hidden);
    const Index span = options.span();
    for (Index distance = 1 - longest; distance < longest; ++distance) {
      const Index bucket = deberta_bucket(distance, options.buckets, options.farthest);
      slots.push_back(static_cast<std::int32_t>(std::clamp(bucket, -span, span) + span));
    }
  }

  RelativePositions<T> view() const { return {met_by_queries, met_by_keys, slots}; }

  /// A linear map that somebody owns.
  struct Map {
    ConstMatrixView<T> weight;  // (hidden × hidden)
    ConstMatrixView<T> bias;    // (1 × hidden)
  };
  /// Projects the table once it is read, with the content's maps where positions are shared.
  void prepare(Backend<T>& backend, const Map& content_query, const Map& content_key) {
    if (!options.any()) return;
    Matrix<T> vectors(table.rows(), table.columns());
    typename LayerNorm<T>::Trace unused;
    if (options.norm) {
      norm.forward(backend, table, {}, vectors, unused);
    } else {
      std::copy_n(table.data(), table.rows() * table.columns(), vectors.data());
    }
    // A query meets the row of query − key, which is minus its distance to the key.
    if (options.content_to_position) {
      by_slot(backend, vectors, options.shared ? content_key : Map{key.weight, key.bias}, -1,
              met_by_queries);
    }
    if (options.position_to_content) {
      by_slot(backend, vectors, options.shared ? content_query : Map{query.weight, query.bias}, 1,
              met_by_keys);
    }
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    if (!options.any()) return;
    visitor(name + ".table.weight", table.view());
    if (options.norm) norm.visit(name + ".norm", visitor);
    if (options.shared) return;
    if (options.content_to_position) key.visit(name + ".key", visitor);
    if (options.position_to_content) query.visit(name + ".query", visitor);
  }

 private:
  /// Row of slot `s` is the projected row of the bucket sign · (s − span), inside the table.
  void by_slot(Backend<T>& backend, const Matrix<T>& vectors, const Map& map, Index sign,
               Matrix<T>& met) const {
    Matrix<T> projected(vectors.rows(), vectors.columns());
    backend.linear(vectors, map.weight, map.bias, projected);
    const Index span = options.span();
    met.resize(2 * span + 1, vectors.columns());
    for (Index s = 0; s < met.rows(); ++s) {
      const Index row = std::clamp<Index>(sign * (s - span) + span, 0, 2 * span - 1);
      std::copy_n(projected.row(row), met.columns(), met.row(s));
    }
  }
};

}  // namespace integrad
