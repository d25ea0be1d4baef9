#include "integrad/attribution/head_average.h"

#include "integrad/attribution/cardinal_splines.h"

namespace integrad {
namespace {

constexpr Index fine_panels = 1024;  // with two Gauss-Legendre points each

std::span<const double> row_of(const Matrix<double>& matrix, Index row) {
  return {matrix.row(row), static_cast<std::size_t>(matrix.columns())};
}

/// to += times · from.
void add_multiple(double times, std::span<const double> from, double* to) {
  for (std::size_t c = 0; c < from.size(); ++c) to[c] += times * from[c];
}

/// a · b.
Matrix<double> product(const Matrix<double>& a, const Matrix<double>& b) {
  Matrix<double> result(a.rows(), b.columns());
  result.fill(0);
  for (Index r = 0; r < a.rows(); ++r) {
    for (Index i = 0; i < b.rows(); ++i) add_multiple(a(r, i), row_of(b, i), result.row(r));
  }
  return result;
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
  const Matrix<double> between = product(splines_, summaries);
  Matrix<double> outputs(between.rows(), head.outputs()), d_outputs(between.rows(), head.outputs());
  Matrix<double> d_between(between.rows(), between.columns());
  head.forward(between, outputs);
  std::vector<Matrix<double>> averaged;
  for (const Index target : targets) {
    d_outputs.fill(0);
    for (Index k = 0; k < outputs.rows(); ++k) {
      const std::span<double> d(d_outputs.row(k), static_cast<std::size_t>(d_outputs.columns()));
      (void)scalar(row_of(outputs, k), target, d);
      for (double& number : d) number *= weights_[static_cast<std::size_t>(k)];
    }
    head.backward(d_outputs, d_between);
    Matrix<double>& of_target = averaged.emplace_back(summaries.rows(), summaries.columns());
    of_target.fill(0);
    for (Index k = 0; k < d_between.rows(); ++k) {
      for (Index i = 0; i < of_target.rows(); ++i) {
        add_multiple(splines_(k, i), row_of(d_between, k), of_target.row(i));
      }
    }
  }
  return averaged;
}

}  // namespace integrad
