// Integrated gradients of plain functions: closed forms, completeness, chunking, several paths.
#include "integrad/attribution/integrate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

using testing::random_matrix;

/// F(x) = Π rows (1 + sum of the row): a polynomial along the path.
double product_of_sums(ConstMatrixView<double> x, MatrixView<double> gradient) {
  double product = 1;
  std::vector<double> factors;
  for (Index r = 0; r < x.rows; ++r) {
    double factor = 1;
    for (Index c = 0; c < x.columns; ++c) factor += x(r, c);
    factors.push_back(factor);
    product *= factor;
  }
  for (Index r = 0; r < x.rows; ++r) {
    for (Index c = 0; c < x.columns; ++c) gradient(r, c) = product / factors[r];
  }
  return product;
}

TEST(Integrate, BilinearFunctionInClosedForm) {
  // F = x·y from 0: each variable gets half of F (Sundararajan et al., section 3).
  Matrix<double> input(2, 1), baseline(2, 1);
  input(0, 0) = 3;
  input(1, 0) = 5;
  baseline.fill(0);
  const auto rule = make_quadrature(Quadrature::gausslegendre, 1);
  const Integral integral = integrated_gradients(
      [](ConstMatrixView<double> x, MatrixView<double> gradient) {
        gradient(0, 0) = x(1, 0);
        gradient(1, 0) = x(0, 0);
        return x(0, 0) * x(1, 0);
      },
      input, baseline, rule);
  EXPECT_DOUBLE_EQ(integral.attributions[0], 7.5);
  EXPECT_DOUBLE_EQ(integral.attributions[1], 7.5);
  EXPECT_DOUBLE_EQ(integral.value, 15);
  EXPECT_NEAR(integral.delta, 0, 1e-14);
}

TEST(Integrate, CompletenessOfEveryRule) {
  const auto input = random_matrix<double>(4, 3, 1), baseline = random_matrix<double>(4, 3, 2);
  const double exact_bound = 1e-12, coarse_bound = 0.5;
  for (const Quadrature method : {Quadrature::gausslegendre, Quadrature::trapezoid,
                                  Quadrature::riemann_middle, Quadrature::riemann_left}) {
    const Integral integral =
        integrated_gradients(product_of_sums, input, baseline, make_quadrature(method, 200));
    EXPECT_LT(std::abs(integral.delta),
              method == Quadrature::gausslegendre ? exact_bound : coarse_bound);
  }
}

TEST(Integrate, TheTrapezoidOfTheReferenceIsLowByOneNth) {
  const auto input = random_matrix<double>(2, 3, 1), baseline = random_matrix<double>(2, 3, 2);
  const auto biased = integrated_gradients(product_of_sums, input, baseline,
                                           make_quadrature(Quadrature::riemann_trapezoid, 50));
  const auto right = integrated_gradients(product_of_sums, input, baseline,
                                          make_quadrature(Quadrature::trapezoid, 50));
  for (std::size_t r = 0; r < 2; ++r) {
    EXPECT_NEAR(biased.attributions[r], right.attributions[r] * 49 / 50, 1e-13);
  }
}

TEST(Integrate, InputEqualToBaselineGivesZero) {
  const auto input = random_matrix<double>(3, 2, 1);
  const auto integral = integrated_gradients(product_of_sums, input, input,
                                             make_quadrature(Quadrature::gausslegendre, 5));
  for (const double a : integral.attributions) EXPECT_EQ(a, 0.0);
  EXPECT_EQ(integral.delta, 0.0);
}

TEST(Integrate, ShapesMustAgree) {
  EXPECT_THROW(integrated_gradients(product_of_sums, Matrix<double>(2, 2), Matrix<double>(2, 3),
                                    make_quadrature(Quadrature::gausslegendre, 5)),
               UsageError);
}

/// Two outputs, the logits of a softmax over row sums; counts how often it is called.
class TwoOutputs final : public Differentiable<double> {
 public:
  Index outputs() const override { return 2; }
  void forward(const Sequences& points, std::span<const Index>, ConstMatrixView<double> values,
               MatrixView<double> outputs) override {
    ++forwards;
    most_points = std::max(most_points, points.count());
    points_ = points;
    for (Index p = 0; p < points.count(); ++p) {
      outputs(p, 0) = outputs(p, 1) = 0;
      for (Index r = points.start(p); r < points.start(p + 1); ++r) {
        outputs(p, 0) += std::sin(values(r, 0));
        outputs(p, 1) += values(r, 1) * values(r, 0);
      }
    }
    values_ = testing::convert<double>(copy(values));
  }
  void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_values) override {
    ++backwards;
    for (Index p = 0; p < points_.count(); ++p) {
      for (Index r = points_.start(p); r < points_.start(p + 1); ++r) {
        d_values(r, 0) =
            d_outputs(p, 0) * std::cos(values_(r, 0)) + d_outputs(p, 1) * values_(r, 1);
        d_values(r, 1) = d_outputs(p, 1) * values_(r, 0);
      }
    }
  }
  int forwards = 0, backwards = 0;
  Index most_points = 0;

 private:
  static Matrix<double> copy(ConstMatrixView<double> view) {
    Matrix<double> matrix(view.rows, view.columns);
    for (Index r = 0; r < view.rows; ++r) std::copy_n(view.row(r), view.columns, matrix.row(r));
    return matrix;
  }
  Sequences points_;
  Matrix<double> values_;
};

TEST(SamplePaths, EndsThatAreNoNodesHaveNoBackward) {
  const auto input = random_matrix<double>(3, 2, 1), baseline = random_matrix<double>(3, 2, 2);
  const Path<double> path{input, baseline};
  TwoOutputs function;
  sample_paths<double>(
      function, {&path, 1}, make_quadrature(Quadrature::gausslegendre, 4),
      [](std::span<const double> outputs, Index, std::span<double> seed) {
        seed[0] = 1;
        return outputs[0];
      },
      [](Index, std::span<const double>) { return std::vector<Index>{0}; }, {});
  EXPECT_EQ(function.forwards, 2);   // the ends; the nodes
  EXPECT_EQ(function.backwards, 1);  // the nodes
}

TEST(SamplePaths, ChunksAndCompanyChangeNothing) {
  std::vector<Matrix<double>> inputs, baselines;
  std::vector<Path<double>> paths;
  for (const Index rows : {3, 1, 6, 2}) {
    inputs.push_back(random_matrix<double>(rows, 2, static_cast<unsigned>(rows)));
    baselines.push_back(random_matrix<double>(rows, 2, static_cast<unsigned>(rows + 50)));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) paths.push_back({inputs[i], baselines[i]});
  const auto rule = make_quadrature(Quadrature::trapezoid, 9);
  const auto scalar = [](std::span<const double> outputs, Index target, std::span<double> seed) {
    seed[static_cast<std::size_t>(target)] = 1;
    return outputs[static_cast<std::size_t>(target)];
  };
  const auto both = [](Index, std::span<const double>) { return std::vector<Index>{1, 0}; };

  TwoOutputs at_once;
  const auto expected = sample_paths<double>(at_once, paths, rule, scalar, both, {});
  EXPECT_EQ(at_once.forwards, 2);   // 4 paths × 9 nodes: the two ends among them, then the others
  EXPECT_EQ(at_once.backwards, 4);  // one a target: the forward is shared
  for (const Index points : {1, 2, 5, 7}) {
    TwoOutputs function;
    SamplingOptions options;
    options.points_per_chunk = points;
    options.threads = static_cast<int>(points);
    const auto samples = sample_paths<double>(function, paths, rule, scalar, both, options);
    EXPECT_LE(function.most_points, points);
    for (std::size_t p = 0; p < paths.size(); ++p) {
      ASSERT_EQ(samples[p].size(), 2U);
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(samples[p][k].target, k == 0 ? 1 : 0);
        EXPECT_EQ(samples[p][k].values, expected[p][k].values);
        const Integral a = integrate(samples[p][k]), b = integrate(expected[p][k]);
        EXPECT_EQ(a.attributions, b.attributions);
        EXPECT_EQ(a.delta, b.delta);
      }
    }
  }
}

TEST(SamplePaths, FullAttributionsSumToTheRows) {
  const auto input = random_matrix<double>(3, 2, 1), baseline = random_matrix<double>(3, 2, 2);
  const Path<double> path{input, baseline};
  const auto rule = make_quadrature(Quadrature::gausslegendre, 12);
  SamplingOptions options;
  options.mean_gradient = true;
  options.rows_per_chunk = 4;
  TwoOutputs function;
  auto samples = sample_paths<double>(
      function, std::span(&path, 1), rule,
      [](std::span<const double> outputs, Index, std::span<double> seed) {
        seed[1] = 1;
        return outputs[1];
      },
      [](Index, std::span<const double>) { return std::vector<Index>{1}; }, options);
  const Integral integral = integrate(samples[0][0]);
  Matrix<double>& full = samples[0][0].mean_gradient;
  multiply_by_difference(path, full.view());
  for (Index r = 0; r < 3; ++r) {
    EXPECT_NEAR(full(r, 0) + full(r, 1), integral.attributions[static_cast<std::size_t>(r)], 1e-14);
  }
}

}  // namespace
}  // namespace integrad
