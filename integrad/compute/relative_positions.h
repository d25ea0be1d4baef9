// Vectors for how far two rows are apart, which rows of the other kind meet in disentangled
// attention.
#pragma once

#include <cstdint>
#include <span>

#include "integrad/base/matrix.h"

namespace integrad {

/// Constants of the disentangled attention of DeBERTa (He et al. 2021, arXiv 2006.03654). Row
/// slot(δ) of a table stands for the distance δ = other row − own row. Heads lie in columns as
/// those of queries and keys do. An empty table adds nothing.
template <class T>
struct RelativePositions {
  ConstMatrixView<T> key;    // (slots × hidden): what a query meets, own row = query
  ConstMatrixView<T> query;  // (slots × hidden): what a key meets, own row = key
  /// Of the distances −(n − 1) … n − 1 for some n ≥ the longest sequence; never falling.
  std::span<const std::int32_t> slots;

  /// n: rows that are farther apart than n − 1 do not exist.
  Index reach() const { return (static_cast<Index>(slots.size()) + 1) / 2; }
  Index slot(Index distance) const {
    return slots[static_cast<std::size_t>(distance + reach() - 1)];
  }
};

}  // namespace integrad
