// Cubic splines through equidistant nodes of [0, 1], as weights of what stands at the nodes.
#pragma once

#include <span>

#include "integrad/base/matrix.h"

namespace integrad {

/// (places × nodes): entry (k, i) is ℓ_i(places[k]), where ℓ_i is the cubic spline that is 1 at
/// node i / (nodes − 1) and 0 at the others, with the third derivative continuous at the second and
/// the last but one node ("not a knot"). So Σ_i ℓ_i(α) y_i is the spline through all y, exact for
/// polynomials of degree 3. Needs nodes >= 5 and places in [0, 1].
Matrix<double> cardinal_splines(Index nodes, std::span<const double> places);

}  // namespace integrad
