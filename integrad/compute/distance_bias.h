// Numbers added to the scores of attention that depend on how far key and query are apart.
#pragma once

#include "integrad/base/matrix.h"

namespace integrad {

/// Constants; an empty table adds nothing. A distance (key − query, in rows) stands in column
/// distance + (columns − 1) / 2, so that 2·longest − 1 columns hold every one.
template <class T>
struct DistanceBias {
  ConstMatrixView<T> table;  // (heads × distances), or with by_query (queries × distances)
  /// All queries of a sequence ask from its first row, each with a row of the table of its own.
  bool by_query = false;

  bool empty() const { return table.empty(); }
  /// What is added to query i's scores of keys 0, 1, 2, … of its sequence.
  const T* of_keys(Index head, Index query) const {
    const Index nowhere = (table.columns - 1) / 2;
    return by_query ? table.row(query) + nowhere : table.row(head) + nowhere - query;
  }
};

}  // namespace integrad
