// Integrated gradients of a function of your own, no network needed: F(x, y) = x²·y + sin y.
// The attributions add up to F(input) − F(baseline): that is completeness.
#include <cmath>
#include <cstdio>

#include "integrad/integrad.h"

int main() {
  integrad::Matrix<double> input(2, 1), baseline(2, 1);  // one row a variable
  input(0, 0) = 3;
  input(1, 0) = 2;
  baseline.fill(0);

  const auto function = [](integrad::ConstMatrixView<double> point,
                           integrad::MatrixView<double> gradient) {
    const double x = point(0, 0), y = point(1, 0);
    gradient(0, 0) = 2 * x * y;
    gradient(1, 0) = x * x + std::cos(y);
    return x * x * y + std::sin(y);
  };
  const auto rule = integrad::make_quadrature(integrad::Quadrature::gausslegendre, 20);
  const auto result = integrad::integrated_gradients(function, input, baseline, rule);

  std::printf("x %.6f\ny %.6f\n", result.attributions[0], result.attributions[1]);
  std::printf("sum %.6f\n", result.attributions[0] + result.attributions[1]);
  std::printf("F(input) - F(baseline) %.6f\n", result.value - result.baseline_value);
  std::printf("gap %.1e\n", result.delta);
}
