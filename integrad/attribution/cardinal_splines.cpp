#include "integrad/attribution/cardinal_splines.h"

#include <algorithm>
#include <vector>

namespace integrad {
namespace {

/// (nodes × nodes): column i holds the second derivatives of ℓ_i at the nodes, times the square of
/// their distance. Continuous first derivatives make M_{j−1} + 4 M_j + M_{j+1} = 6 Δ²y_j; with no
/// knot next to the ends M_1 = Δ²y_1 and M_0 = 2 M_1 − M_2, at the other end likewise.
Matrix<double> second_derivatives(Index nodes) {
  Matrix<double> m(nodes, nodes);
  m.fill(0);
  const auto differences = [&](Index j, double times) {
    m.row(j)[j - 1] = times;
    m.row(j)[j] = -2 * times;
    m.row(j)[j + 1] = times;
  };
  const Index last = nodes - 2;  // of the nodes inside
  differences(1, 1);
  differences(last, 1);
  for (Index j = 2; j < last; ++j) differences(j, 6);
  // Elimination downwards, then upwards; the rows of 1 and `last` are solved already.
  std::vector<double> diagonal(static_cast<std::size_t>(nodes), 1.0);
  const auto subtract = [&](Index from, Index to, double times) {
    for (Index i = 0; i < nodes; ++i) m.row(to)[i] -= times * m.row(from)[i];
  };
  for (Index j = 2; j < last; ++j) {
    const double above = diagonal[static_cast<std::size_t>(j - 1)];
    diagonal[static_cast<std::size_t>(j)] = j == 2 ? 4 : 4 - 1 / above;
    subtract(j - 1, j, 1 / above);
  }
  for (Index j = last - 1; j >= 2; --j) {
    subtract(j + 1, j, 1);
    for (Index i = 0; i < nodes; ++i) m.row(j)[i] /= diagonal[static_cast<std::size_t>(j)];
  }
  for (Index i = 0; i < nodes; ++i) {
    m.row(0)[i] = 2 * m.row(1)[i] - m.row(2)[i];
    m.row(nodes - 1)[i] = 2 * m.row(last)[i] - m.row(last - 1)[i];
  }
  return m;
}

}  // namespace

Matrix<double> cardinal_splines(Index nodes, std::span<const double> places) {
  const Matrix<double> m = second_derivatives(nodes);
  Matrix<double> splines(static_cast<Index>(places.size()), nodes);
  splines.fill(0);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const double position = places[k] * static_cast<double>(nodes - 1);
    const Index panel = std::min(static_cast<Index>(position), nodes - 2);
    const double b = position - static_cast<double>(panel), a = 1 - b;
    double* row = splines.row(static_cast<Index>(k));
    row[panel] += a;
    row[panel + 1] += b;
    const double of_left = (a * a * a - a) / 6, of_right = (b * b * b - b) / 6;
    for (Index i = 0; i < nodes; ++i) {
      row[i] += of_left * m.row(panel)[i] + of_right * m.row(panel + 1)[i];
    }
  }
  return splines;
}

}  // namespace integrad
