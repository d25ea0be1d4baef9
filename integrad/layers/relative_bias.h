// Attention scores that depend on how far query and key are apart, in buckets that widen with the
// distance (Raffel et al. 2020, arXiv 1910.10683; MPNet: Song et al. 2020, arXiv 2004.09297).
#pragma once

#include <cmath>

#include "integrad/compute/backend.h"

namespace integrad {

/// Half of the buckets are for keys behind the query, half for keys in front of it; of each half
/// the first half are single distances, the rest grow with the logarithm up to `farthest`.
/// `distance` = key − query.
inline Index relative_bucket(Index distance, Index buckets, Index farthest = 128) {
  const Index half = buckets / 2, single = half / 2;
  const Index side = distance > 0 ? half : 0, n = std::abs(distance);
  if (n < single) return side + n;
  const double grown = std::log(static_cast<double>(n) / static_cast<double>(single)) /
                       std::log(static_cast<double>(farthest) / static_cast<double>(single)) *
                       static_cast<double>(half - single);
  return side + std::min(half - 1, single + static_cast<Index>(grown));
}

/// A constant added to the scores of each head.
template <class T>
struct RelativeBias {
  Matrix<T> table;        // (buckets × heads), as checkpoints hold it
  Matrix<T> by_distance;  // (heads × 2·longest − 1): what attention reads, see DistanceBias

  RelativeBias() = default;
  /// No buckets: no bias.
  RelativeBias(Index buckets, Index heads, Index longest)
      : table(buckets, heads), by_distance(heads, buckets > 0 ? 2 * longest - 1 : 0) {}

  bool empty() const { return table.rows() == 0; }
  /// Fills by_distance once the table is read.
  void prepare() {
    const Index longest = (by_distance.columns() + 1) / 2;
    for (Index h = 0; h < by_distance.rows(); ++h) {
      for (Index c = 0; c < by_distance.columns(); ++c) {
        by_distance(h, c) = table(relative_bucket(c - (longest - 1), table.rows()), h);
      }
    }
  }
};

}  // namespace integrad
