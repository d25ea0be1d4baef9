// Quadrature rules on [0, 1]: where the path is evaluated, and with which weights.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// The first five are alibi's and Captum's, node for node and weight for weight.
enum class Quadrature {
  riemann_left,
  riemann_right,
  riemann_middle,
  riemann_trapezoid,  // as published there: the weights sum to (n − 1)/n
  gausslegendre,
  trapezoid,  // the same nodes with weights that sum to 1
  automatic,  // "auto": nodes are chosen path by path (adaptive.h)
};

/// The enumerator called `name`; throws UsageError listing the names.
Quadrature parse_quadrature(std::string_view name);
std::string_view to_string(Quadrature rule);

struct QuadratureRule {
  std::vector<double> nodes;  // ascending, in [0, 1]
  std::vector<double> weights;
};

/// The rule with `steps` nodes; of `automatic` an empty one. Throws UsageError for steps < 1
/// (gausslegendre) or < 2 (others).
QuadratureRule make_quadrature(Quadrature rule, Index steps);

/// `points` random nodes of equal weight, one in each of as many equal parts of [0, 1]: Monte Carlo
/// with strata. Throws UsageError for points < 1.
QuadratureRule random_rule(Index points, std::uint64_t seed);

}  // namespace integrad
