// Losses against closed forms, derivatives against differences, labels that make no sense.
#include "integrad/training/loss.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"

namespace integrad {
namespace {

const std::vector<double> logits{0.3, -1.2, 2.0, 40.0, -700.0, 3.0};  // two texts, three logits

double loss_of(Problem problem, std::vector<double> values, const std::vector<Label>& labels,
               std::vector<double>* derivative = nullptr) {
  const MatrixView<double> view(values.data(), 2, 3);
  Matrix<double> d(2, 3);
  const double loss = evaluate_loss<double>(problem, view, labels, 1.0, d);
  if (derivative != nullptr) derivative->assign(d.data(), d.data() + 6);
  return loss;
}

TEST(Loss, ClosedForms) {
  const double sum = std::exp(0.3) + std::exp(-1.2) + std::exp(2.0);
  EXPECT_NEAR(loss_of(Problem::single_label, logits, {{1}, {0}}),
              std::log(sum) + 1.2 + std::log1p(std::exp(-37.0)), 1e-12);
  EXPECT_NEAR(loss_of(Problem::regression, logits, {{0.3, -1.2, 0}, {40, -700, 0}}),
              4.0 / 3 + 9.0 / 3, 1e-12);
  // log(1 + e^700) is 700.
  EXPECT_NEAR(loss_of(Problem::multi_label, {0, 0, 0, 0, -700, 0}, {{0, 1, 0}, {1, 1, 0}}),
              (5 * std::log(2.0) + 700) / 3, 1e-12);
}

TEST(Loss, Derivatives) {
  const std::vector<double> at{0.3, -1.2, 2.0, 4.0, -7.0, 3.0};
  const std::vector<std::pair<Problem, std::vector<Label>>> cases{
      {Problem::single_label, {{1}, {2}}},
      {Problem::multi_label, {{0, 1, 1}, {1, 0, 0}}},
      {Problem::regression, {{0.5, 1, 2}, {-1, 2, 3}}}};
  for (const auto& [problem, labels] : cases) {
    std::vector<double> derivative;
    loss_of(problem, at, labels, &derivative);
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double step = 1e-6;
      auto more = at, less = at;
      more[i] += step;
      less[i] -= step;
      const double difference =
          (loss_of(problem, more, labels) - loss_of(problem, less, labels)) / (2 * step);
      EXPECT_NEAR(derivative[i], difference, 1e-8);
    }
  }
}

TEST(Loss, LabelsThatMakeNoSense) {
  EXPECT_NO_THROW(check_label(Problem::single_label, 3, {2}));
  EXPECT_THROW(check_label(Problem::single_label, 3, {3}), UsageError);
  EXPECT_THROW(check_label(Problem::single_label, 3, {0.5}), UsageError);
  EXPECT_THROW(check_label(Problem::single_label, 3, {-1}), UsageError);
  EXPECT_THROW(check_label(Problem::single_label, 3, {}), UsageError);
  EXPECT_NO_THROW(check_label(Problem::multi_label, 2, {0, 1}));
  EXPECT_THROW(check_label(Problem::multi_label, 2, {0, 2}), UsageError);
  EXPECT_THROW(check_label(Problem::multi_label, 2, {1}), UsageError);
  EXPECT_THROW(check_label(Problem::regression, 1, {std::nan("")}), UsageError);
}

}  // namespace
}  // namespace integrad
