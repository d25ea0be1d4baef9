// Which points of a path to evaluate next, and when to stop: a rule for slopes that change fast in
// few places. Knows numbers only.
//
// Panels between neighbouring nodes are integrated by the polynomial of degree 5 through the six
// nodes next to them. What degree 4 says otherwise is a panel's error, row by row, and so is what
// its sum misses of the increment of F, which is known exactly. Panels with the largest errors are
// halved, at first all of them, until what is left is small (docs/quadrature.md: how the constants
// were chosen).
#pragma once

#include <span>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// Nodes lie on a grid of 1/256 of the path, so that halving meets the same places again.
inline constexpr Index finest_grid = 256;

struct AdaptiveOptions {
  double tolerance = 1e-2;  // of the relative L2 error of the rows' attributions, and of the gap
  Index max_nodes = finest_grid + 1;
  /// What the arithmetic leaves of errors, relative, whatever the nodes. Where there is such, F is
  /// too rough to check single panels with, and no tolerance below it is ever met.
  double rounding = 0;
};

/// A path's samples, in any order.
struct AdaptiveSamples {
  std::vector<Index> places;                // in units of 1 / finest_grid, all different
  std::vector<double> values;               // F there
  std::vector<std::vector<double>> slopes;  // dF/dα there, split over the rows
};

/// What an estimate may be for a tolerance: a part of it (docs/quadrature.md).
inline double tolerated(double tolerance) { return 0.85 * tolerance; }

/// What the samples say.
struct AdaptiveEstimate {
  std::vector<double> attributions;  // one a row
  std::vector<double> errors;        // one a row, estimated, not negative
  /// Estimated ‖error‖ / ‖attributions‖; twice what is compared with the tolerance, so that it is
  /// rarely too small.
  double relative_error = 0;
  bool converged = false;
  /// Places to evaluate, the most wanted first; none when converged or nothing is left.
  std::vector<Index> next;
};

/// The places that every path begins with: both ends and what divides it in eight.
std::vector<Index> first_places();

AdaptiveEstimate estimate(const AdaptiveSamples& samples, const AdaptiveOptions& options);

/// One list of at most `room` places out of several, each with the most wanted first: what several
/// integrals along one path want next, in turns.
std::vector<Index> worst_of_all(std::span<const std::vector<Index>> wanted, Index room);

}  // namespace integrad
