// Sampling a straight path: the gradient of a scalar at chosen points between a baseline and an
// input, reduced at once to one slope a row and added up with the rule's weights. Knows neither
// tokens nor networks; many paths share the same chunks of work. What the sums mean is
// integrate.h's business.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "integrad/attribution/adaptive.h"
#include "integrad/attribution/quadrature.h"
#include "integrad/base/matrix.h"
#include "integrad/compute/sequences.h"

namespace integrad {

/// A function from matrices (rows × columns) to `outputs()` numbers, evaluated at many points in
/// one call, with its derivative. Implementations may keep state between forward and backward.
template <class T>
class Differentiable {
 public:
  virtual ~Differentiable() = default;
  virtual Index outputs() const = 0;
  /// Point p occupies rows [points.start(p), points.start(p + 1)) of `values` and lies on path
  /// paths[p]. outputs (points × outputs()) is written.
  virtual void forward(const Sequences& points, std::span<const Index> paths,
                       ConstMatrixView<T> values, MatrixView<double> outputs) = 0;
  /// d_values = derivative of Σ_c d_outputs(p, c) · output_c with respect to point p, for the
  /// points of the last forward. Called any number of times.
  virtual void backward(ConstMatrixView<double> d_outputs, MatrixView<T> d_values) = 0;
};

/// The two ends; both (rows × columns). A view: the matrices must outlive the call.
template <class T>
struct Path {
  ConstMatrixView<T> input;
  ConstMatrixView<T> baseline;
};

/// F(outputs) for one target; writes dF/d_outputs to `seed`.
using ScalarOfOutputs =
    std::function<double(std::span<const double> outputs, Index target, std::span<double> seed)>;

/// Which targets to explain on a path, given the outputs at its input.
using ChooseTargets =
    std::function<std::vector<Index>(Index path, std::span<const double> outputs)>;

/// Bounds and hooks of `sample_paths`. Nothing but mean_gradient and adaptive changes a result.
struct SamplingOptions {
  Index rows_per_chunk = 2048;  // at least one point is always evaluated
  Index points_per_chunk = 0;   // 0: no bound of its own (alibi's internal_batch_size)
  bool mean_gradient = false;   // keep it, too
  /// Instead of the rule's nodes as many as the estimated error wants, path by path (adaptive.h);
  /// then there is no mean_gradient.
  std::optional<AdaptiveOptions> adaptive;
  int threads = 1;                                // that interpolate and add up
  std::function<void(Index points)> on_progress;  // after each chunk; may throw to stop
};

/// The points of a chunk. A caller that samples again and again keeps it, and with it the memory.
template <class T>
struct PointBuffers {
  Matrix<T> points, d_points;  // (rows of the chunk × columns)
};

/// What is known about F along one path for one target.
struct PathSamples {
  Index target = 0;
  std::vector<double> outputs_at_input;
  double value = 0;            // F at the input
  double baseline_value = 0;   // F at the baseline
  std::vector<double> values;  // F at the rule's nodes
  std::vector<double>
      weighted_slopes;    // a row: Σ_i w_i Σ_columns dF/dx · (x − x'), i over the nodes
  Index evaluations = 0;  // gradients along the path
  // Of adaptive sampling.
  std::vector<double> errors;  // a row: estimated error of its sum; empty with a rule
  double relative_error = 0;   // of all rows together, in L2
  bool converged = true;       // within the tolerance
  /// (rows × columns) if asked: Σ_i w_i dF/dx, not yet multiplied by x − x'.
  Matrix<double> mean_gradient;
};

/// Samples every path at the rule's nodes. The ends of all paths come first, without derivatives
/// unless the rule has nodes there; they give F(x), F(x') and the outputs that choose the targets.
/// result[p] holds one entry a target of path p, in the order that `choose` gave. Sums over columns
/// and nodes are in double. With options.adaptive the rule is not read: all paths are sampled in
/// rounds, each where its own estimate wants it, until every one is within the tolerance.
template <class T>
std::vector<std::vector<PathSamples>> sample_paths(
    Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options,
    PointBuffers<T>& buffers);

/// The same with buffers of its own.
template <class T>
std::vector<std::vector<PathSamples>> sample_paths(
    Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options) {
  PointBuffers<T> buffers;
  return sample_paths<T>(function, paths, rule, scalar, choose, options, buffers);
}

}  // namespace integrad
