#include "integrad/training/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace integrad {
namespace {

constexpr std::size_t bins = 10;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Probabilities of the classes, or of each label.
std::vector<double> probabilities(Problem problem, std::span<const double> logits) {
  std::vector<double> p(logits.begin(), logits.end());
  if (problem == Problem::multi_label) {
    for (double& value : p) value = 1 / (1 + std::exp(-value));
    return p;
  }
  const double largest = *std::max_element(p.begin(), p.end());
  double sum = 0;
  for (double& value : p) sum += value = std::exp(value - largest);
  for (double& value : p) value /= sum;
  return p;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> rank(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (std::size_t k = i; k < end; ++k) {
      rank[order[k]] = 0.5 * static_cast<double>(i + end - 1);
    }
    i = end;
  }
  return rank;
}

}  // namespace

double spearman(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double mean = 0.5 * (static_cast<double>(x.size()) - 1);
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return ratio(xy, std::sqrt(xx * yy));
}

Evaluation::Evaluation(Problem problem, std::vector<std::string> labels) {
  sums_.problem = problem;
  if (problem == Problem::regression) return;
  for (std::string& label : labels) {
    ClassMetrics& of_class = sums_.classes.emplace_back();
    of_class.label = std::move(label);
  }
  sums_.calibration.resize(bins);
  if (problem == Problem::single_label) {
    sums_.confusion.assign(sums_.classes.size(), std::vector<Index>(sums_.classes.size(), 0));
  }
}

void Evaluation::count(std::size_t number, bool truth, bool predicted) {
  ClassMetrics& of_class = sums_.classes[number];
  of_class.texts += truth;
  of_class.predicted += predicted;
  of_class.right += truth && predicted;
}

void Evaluation::calibrate(double confidence, bool right) {
  const auto bin = std::min(bins - 1, static_cast<std::size_t>(confidence * bins));
  CalibrationBin& sum = sums_.calibration[bin];
  ++sum.texts;
  sum.confidence += confidence;
  sum.accuracy += right;
}

void Evaluation::add(std::span<const double> logits, const Label& label) {
  ++sums_.texts;
  const MatrixView<const double> row(logits.data(), 1, static_cast<Index>(logits.size()));
  sums_.loss += evaluate_loss<double>(sums_.problem, row, std::span(&label, 1), 1.0, {});
  if (sums_.problem == Problem::regression) {
    values_.insert(values_.end(), logits.begin(), logits.end());
    expected_.insert(expected_.end(), label.begin(), label.end());
    return;
  }
  const std::vector<double> p = probabilities(sums_.problem, logits);
  if (sums_.problem == Problem::single_label) {
    const auto predicted =
        static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    const auto truth = static_cast<std::size_t>(label[0]);
    for (std::size_t c = 0; c < p.size(); ++c) count(c, c == truth, c == predicted);
    ++sums_.confusion[truth][predicted];
    right_ += truth == predicted;
    calibrate(p[predicted], truth == predicted);
    return;
  }
  bool all = true;
  for (std::size_t c = 0; c < p.size(); ++c) {
    const bool truth = label[c] > 0.5, predicted = logits[c] > 0;
    count(c, truth, predicted);
    calibrate(std::max(p[c], 1 - p[c]), truth == predicted);
    all = all && truth == predicted;
  }
  right_ += all;
}

Metrics Evaluation::metrics() const {
  Metrics result = sums_;
  const auto texts = static_cast<double>(result.texts);
  result.loss = ratio(result.loss, texts);
  result.accuracy = ratio(static_cast<double>(right_), texts);
  if (result.problem == Problem::regression) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      result.mean_absolute_error += std::abs(values_[i] - expected_[i]);
    }
    result.mean_absolute_error =
        ratio(result.mean_absolute_error, static_cast<double>(values_.size()));
    result.spearman = spearman(values_, expected_);
    return result;
  }
  double right = 0, predicted = 0, truth = 0;
  for (ClassMetrics& c : result.classes) {
    c.precision = ratio(static_cast<double>(c.right), static_cast<double>(c.predicted));
    c.recall = ratio(static_cast<double>(c.right), static_cast<double>(c.texts));
    c.f1 = ratio(2 * c.precision * c.recall, c.precision + c.recall);
    result.macro_f1 += c.f1 / static_cast<double>(result.classes.size());
    right += static_cast<double>(c.right);
    predicted += static_cast<double>(c.predicted);
    truth += static_cast<double>(c.texts);
  }
  result.micro_f1 = ratio(2 * right, predicted + truth);
  double all = 0;
  for (const CalibrationBin& bin : result.calibration) all += static_cast<double>(bin.texts);
  for (CalibrationBin& bin : result.calibration) {
    const auto count = static_cast<double>(bin.texts);
    bin.confidence = ratio(bin.confidence, count);
    bin.accuracy = ratio(bin.accuracy, count);
    result.calibration_error += ratio(count, all) * std::abs(bin.confidence - bin.accuracy);
  }
  return result;
}

}  // namespace integrad
