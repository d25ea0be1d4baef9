// From samples of a path to integrated gradients (Sundararajan et al. 2017, arXiv 1703.01365).
#pragma once

#include <functional>
#include <vector>

#include "integrad/attribution/path.h"

namespace integrad {

/// Attribution of each row, and the proof that they add up.
struct Integral {
  std::vector<double> attributions;  // one a row
  double value = 0;                  // F(x)
  double baseline_value = 0;         // F(x')
  double delta = 0;                  // Σ attributions − (F(x) − F(x')), the completeness gap
};

/// Sums in double.
Integral integrate(const PathSamples& samples);

/// Attributions of every column: mean_gradient ∘ (x − x'), in its place (rows × columns). The
/// samples' own gradient or one that was carried back to where the path has other columns.
template <class T>
void multiply_by_difference(const Path<T>& path, MatrixView<double> mean_gradient) {
  for (Index r = 0; r < mean_gradient.rows; ++r) {
    const T* x = path.input.row(r);
    const T* origin = path.baseline.row(r);
    double* row = mean_gradient.row(r);
    for (Index c = 0; c < mean_gradient.columns; ++c)
      row[c] *= static_cast<double>(x[c] - origin[c]);
  }
}

/// F and its gradient at one point (rows × columns): returns F, writes dF/dx.
using ValueAndGradient =
    std::function<double(ConstMatrixView<double> point, MatrixView<double> gradient)>;

/// Integrated gradients of any function from `baseline` to `input`, no network needed. Throws
/// UsageError when the two shapes differ.
Integral integrated_gradients(const ValueAndGradient& function, ConstMatrixView<double> input,
                              ConstMatrixView<double> baseline, const QuadratureRule& rule);

}  // namespace integrad
