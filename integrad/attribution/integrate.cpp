#include "integrad/attribution/integrate.h"

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// One output, one point after another; the gradient is computed with the value.
class ScalarFunction final : public Differentiable<double> {
 public:
  explicit ScalarFunction(const ValueAndGradient& function) : function_(function) {}
  Index outputs() const override { return 1; }
  void forward(const Sequences& points, std::span<const Index>, ConstMatrixView<double> values,
               MatrixView<double> outputs) override {
    points_ = points;
    gradient_.resize(values.rows, values.columns);
    for (Index p = 0; p < points.count(); ++p) {
      const Index start = points.start(p), length = points.length(p);
      outputs(p, 0) =
          function_(values.row_range(start, length), gradient_.view().row_range(start, length));
    }
  }
  void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_values) override {
    for (Index p = 0; p < points_.count(); ++p) {
      for (Index r = points_.start(p); r < points_.start(p + 1); ++r) {
        for (Index c = 0; c < d_values.columns; ++c) {
          d_values(r, c) = d_outputs(p, 0) * gradient_(r, c);
        }
      }
    }
  }

 private:
  const ValueAndGradient& function_;
  Sequences points_;
  Matrix<double> gradient_;
};

}  // namespace

Integral integrate(const PathSamples& samples) {
  Integral integral;
  integral.attributions = samples.weighted_slopes;
  integral.value = samples.value;
  integral.baseline_value = samples.baseline_value;
  double total = 0;
  for (const double attribution : integral.attributions) total += attribution;
  integral.delta = total - (samples.value - samples.baseline_value);
  return integral;
}

Integral integrated_gradients(const ValueAndGradient& function, ConstMatrixView<double> input,
                              ConstMatrixView<double> baseline, const QuadratureRule& rule) {
  if (input.rows != baseline.rows || input.columns != baseline.columns) {
    throw UsageError("integrated gradients: the baseline must have the input's shape, " +
                     std::to_string(input.rows) + "x" + std::to_string(input.columns) + ", found " +
                     std::to_string(baseline.rows) + "x" + std::to_string(baseline.columns));
  }
  ScalarFunction differentiable(function);
  const Path<double> path{input, baseline};
  const auto identity = [](std::span<const double> outputs, Index, std::span<double> seed) {
    seed[0] = 1;
    return outputs[0];
  };
  const auto only = [](Index, std::span<const double>) { return std::vector<Index>{0}; };
  const auto samples = sample_paths<double>(differentiable, {&path, 1}, rule, identity, only, {});
  return integrate(samples[0][0]);
}

}  // namespace integrad
