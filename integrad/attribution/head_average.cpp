#include "integrad/attribution/head_average.h"

#include <algorithm>

#include "integrad/attribution/cardinal_splines.h"

namespace integrad {
namespace {

constexpr Index fine_panels = 1024,
                fine_points = 2 * fine_panels;  // two Gauss-Legendre points each
constexpr Index points_at_once = 256;
static_assert(fine_points % points_at_once == 0);

std::span<const double> row_of(const Matrix<double>& matrix, Index row) {
  return {matrix.row(row), static_cast<std::size_t>(matrix.columns())};
}

/// to += times · from.
void add_multiple(double times, std::span<const double> from, double* to) {
  for (std::size_t c = 0; c < from.size(); ++c) to[c] += times * from[c];
}

/// result = a · b.
void multiply(ConstMatrixView<double> a, const Matrix<double>& b, MatrixView<double> result) {
  for (Index r = 0; r < a.rows; ++r) {
    std::fill_n(result.row(r), result.columns, 0.0);
    for (Index i = 0; i < b.rows(); ++i) add_multiple(a(r, i), row_of(b, i), result.row(r));
  }
}

}  // namespace

HeadAverage::HeadAverage(Index nodes) : integrals_(static_cast<std::size_t>(nodes), 0.0) {
  const QuadratureRule two = make_quadrature(Quadrature::gausslegendre, 2);
  std::vector<double> places;
  for (Index p = 0; p < fine_panels; ++p) {
    for (std::size_t q = 0; q < two.nodes.size(); ++q) {
      places.push_back((static_cast<double>(p) + two.nodes[q]) / fine_panels);
      weights_.push_back(two.weights[q] / fine_panels);
    }
  }
  splines_ = cardinal_splines(nodes, places);
  for (Index k = 0; k < splines_.rows(); ++k) {
    add_multiple(weights_[static_cast<std::size_t>(k)], row_of(splines_, k), integrals_.data());
  }
}

std::vector<Matrix<double>> HeadAverage::derivatives(Head& head, const Matrix<double>& summaries,
                                                     std::span<const Index> targets,
                                                     const ScalarOfOutputs& scalar) const {
  std::vector<Matrix<double>> averaged;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    averaged.emplace_back(summaries.rows(), summaries.columns()).fill(0);
  }
  Matrix<double> between(points_at_once, summaries.columns());
  Matrix<double> d_between(points_at_once, summaries.columns());
  Matrix<double> outputs(points_at_once, head.outputs()), d_outputs(points_at_once, head.outputs());
  for (Index first = 0; first < fine_points; first += points_at_once) {
    multiply(splines_.view().row_range(first, points_at_once), summaries, between);
    head.forward(between, outputs);
    for (std::size_t k = 0; k < targets.size(); ++k) {
      d_outputs.fill(0);
      for (Index point = 0; point < points_at_once; ++point) {
        const std::span<double> d(d_outputs.row(point),
                                  static_cast<std::size_t>(d_outputs.columns()));
        (void)scalar(row_of(outputs, point), targets[k], d);
        for (double& number : d) number *= weights_[static_cast<std::size_t>(first + point)];
      }
      head.backward(d_outputs, d_between);
      for (Index point = 0; point < points_at_once; ++point) {
        for (Index i = 0; i < nodes(); ++i) {
          add_multiple(splines_(first + point, i), row_of(d_between, point), averaged[k].row(i));
        }
      }
    }
  }
  return averaged;
}

Index HeadAverage::bytes(Index nodes, Index columns, Index outputs) {
  const Index at_once = 2 * (columns + outputs);  // and the head's own copies and trace
  return (fine_points * (nodes + 2) + 3 * points_at_once * at_once) * Index{sizeof(double)};
}

}  // namespace integrad
