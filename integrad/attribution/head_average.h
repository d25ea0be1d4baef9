// The derivative of a classifier's head, averaged along a path. DistilBERT's head has a ReLU, whose
// units switch along the path, so that dF/dx jumps, and every rule for it falls to first order.
// What the head reads, the summary c(α), and its Jacobian J(α) are smooth. Between equidistant
// nodes both follow cubic splines ℓ_i, so that
//   ∫ J(α)ᵀ F'(c(α)) dα ≈ Σ_i J(α_i)ᵀ D_i,   D_i = ∫ ℓ_i(α) F'(c(α)) dα,
// and D_i is integrated on a fine grid: the head alone costs next to nothing.
#pragma once

#include <vector>

#include "integrad/attribution/path.h"

namespace integrad {

/// What stands behind a summary: outputs and their derivative, at many points in one call.
class Head {
 public:
  virtual ~Head() = default;
  virtual Index outputs() const = 0;
  /// summaries (points × columns) -> outputs (points × outputs()).
  virtual void forward(ConstMatrixView<double> summaries, MatrixView<double> outputs) = 0;
  /// d_summaries (points × columns) of the last forward.
  virtual void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_summaries) = 0;
};

/// The splines through so many equidistant nodes, both ends among them, on the fine grid.
class HeadAverage {
 public:
  /// nodes >= 5.
  explicit HeadAverage(Index nodes);

  Index nodes() const { return splines_.columns(); }
  /// ∫ ℓ_i, one a node.
  const std::vector<double>& integrals() const { return integrals_; }
  /// D of each target (nodes × columns), from the summaries at the nodes.
  std::vector<Matrix<double>> derivatives(Head& head, const Matrix<double>& summaries,
                                          std::span<const Index> targets,
                                          const ScalarOfOutputs& scalar) const;
  /// At most so much memory is held meanwhile, for summaries and outputs of so many columns.
  static Index bytes(Index nodes, Index columns, Index outputs);

 private:
  std::vector<double> weights_;    // of the fine grid
  Matrix<double> splines_;         // (fine points × nodes)
  std::vector<double> integrals_;  // of the splines
};

}  // namespace integrad
