// The first row of each sequence ([CLS]), which is all that a classifier reads in the end.
#pragma once

#include "integrad/compute/sequences.h"

namespace integrad {

/// first (sequences × columns) = the first row of each sequence of `rows`.
template <class T>
void gather_first(const Sequences& sequences, MatrixView<const T> rows, MatrixView<T> first) {
  for (Index s = 0; s < sequences.count(); ++s) {
    std::copy_n(rows.row(sequences.start(s)), rows.columns, first.row(s));
  }
}

/// Its derivative: d_rows is d_first in the first rows, 0 in the others.
template <class T>
void scatter_first(const Sequences& sequences, MatrixView<const T> d_first, MatrixView<T> d_rows) {
  for (Index r = 0; r < d_rows.rows; ++r) std::fill_n(d_rows.row(r), d_rows.columns, T(0));
  for (Index s = 0; s < sequences.count(); ++s) {
    std::copy_n(d_first.row(s), d_rows.columns, d_rows.row(sequences.start(s)));
  }
}

/// The same where the rows have a derivative from elsewhere.
template <class T>
void add_first(const Sequences& sequences, MatrixView<const T> d_first, MatrixView<T> d_rows) {
  for (Index s = 0; s < sequences.count(); ++s) {
    T* row = d_rows.row(sequences.start(s));
    for (Index c = 0; c < d_rows.columns; ++c) row[c] += d_first(s, c);
  }
}

}  // namespace integrad
