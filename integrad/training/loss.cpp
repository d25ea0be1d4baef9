#include "integrad/training/loss.h"

#include <algorithm>
#include <cmath>

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// log(1 + e^x) without overflow.
double log_one_plus_exp(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// Loss of one row; its derivative replaces the logits.
double single_label(std::span<double> logits, const Label& label) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - largest);
  const double normalizer = largest + std::log(sum);
  const auto target = static_cast<std::size_t>(label[0]);
  const double loss = normalizer - logits[target];
  for (double& logit : logits) logit = std::exp(logit - normalizer);
  logits[target] -= 1;
  return loss;
}

double multi_label(std::span<double> logits, const Label& label) {
  double loss = 0;
  const double share = 1.0 / static_cast<double>(logits.size());
  for (std::size_t c = 0; c < logits.size(); ++c) {
    loss += share * (log_one_plus_exp(logits[c]) - label[c] * logits[c]);
    logits[c] = share * (sigmoid(logits[c]) - label[c]);
  }
  return loss;
}

double squared_error(std::span<double> logits, const Label& label) {
  double loss = 0;
  const double share = 1.0 / static_cast<double>(logits.size());
  for (std::size_t c = 0; c < logits.size(); ++c) {
    const double difference = logits[c] - label[c];
    loss += share * difference * difference;
    logits[c] = 2 * share * difference;
  }
  return loss;
}

}  // namespace

Problem parse_problem(const std::string& name) {
  if (name == "single_label") return Problem::single_label;
  if (name == "multi_label") return Problem::multi_label;
  if (name == "regression") return Problem::regression;
  throw UsageError("unknown problem \"" + name +
                   "\"; choose single_label, multi_label or regression");
}

std::string to_string(Problem problem) {
  if (problem == Problem::multi_label) return "multi_label";
  return problem == Problem::regression ? "regression" : "single_label";
}

Problem training_problem(const ModelConfig& config) {
  const bool value = config.problem == Problem::single_label && config.classes() == 1;
  return value ? Problem::regression : config.problem;
}

void check_label(Problem problem, Index classes, const Label& label) {
  const bool one = problem == Problem::single_label;
  const auto expected = static_cast<std::size_t>(one ? 1 : classes);
  if (label.size() != expected) {
    throw UsageError("a label of " + std::to_string(label.size()) + " numbers; expected " +
                     std::to_string(expected));
  }
  for (const double number : label) {
    if (one &&
        (number != std::floor(number) || number < 0 || number >= static_cast<double>(classes))) {
      throw UsageError("label " + std::to_string(number) + " is not a class; expected 0 to " +
                       std::to_string(classes - 1));
    }
    if (problem == Problem::multi_label && number != 0 && number != 1) {
      throw UsageError("label " + std::to_string(number) + "; expected 0 or 1 for every class");
    }
    if (!std::isfinite(number)) throw UsageError("a label that is not a finite number");
  }
}

template <class T>
double evaluate_loss(Problem problem, ConstMatrixView<T> logits, std::span<const Label> labels,
                     double weight, MatrixView<T> d_logits) {
  std::vector<double> row(static_cast<std::size_t>(logits.columns));
  double sum = 0;
  for (Index r = 0; r < logits.rows; ++r) {
    const Label& label = labels[static_cast<std::size_t>(r)];
    std::copy_n(logits.row(r), logits.columns, row.begin());
    switch (problem) {
      case Problem::single_label:
        sum += single_label(row, label);
        break;
      case Problem::multi_label:
        sum += multi_label(row, label);
        break;
      case Problem::regression:
        sum += squared_error(row, label);
        break;
    }
    if (d_logits.empty()) continue;
    for (Index c = 0; c < logits.columns; ++c) {
      d_logits(r, c) = static_cast<T>(weight * row[static_cast<std::size_t>(c)]);
    }
  }
  return sum;
}

template double evaluate_loss(Problem, ConstMatrixView<float>, std::span<const Label>, double,
                              MatrixView<float>);
template double evaluate_loss(Problem, ConstMatrixView<double>, std::span<const Label>, double,
                              MatrixView<double>);

}  // namespace integrad
