// Rows of a path, and of derivatives along it. Internal.
#pragma once

#include <algorithm>

#include "integrad/base/matrix.h"

namespace integrad {

/// x' + α (x − x') of one row, exact at both ends.
template <class T>
void interpolate(const T* x, const T* origin, double alpha, Index columns, T* point) {
  if (alpha == 1.0) {
    std::copy_n(x, columns, point);
    return;
  }
  const T a(alpha);
  for (Index c = 0; c < columns; ++c) point[c] = origin[c] + a * (x[c] - origin[c]);
}

/// Σ d · (x − x'). Eight sums side by side, so that the compiler may use vectors: the order of a
/// sum is the program's, not the compiler's.
template <class T>
double slope(const T* d, const T* x, const T* origin, Index columns) {
  constexpr Index lanes = 8;
  double sums[lanes] = {};
  Index c = 0;
  for (; c + lanes <= columns; c += lanes) {
    for (Index l = 0; l < lanes; ++l) {
      sums[l] += static_cast<double>(d[c + l]) * static_cast<double>(x[c + l] - origin[c + l]);
    }
  }
  for (; c < columns; ++c) {
    sums[c % lanes] += static_cast<double>(d[c]) * static_cast<double>(x[c] - origin[c]);
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace integrad
