// How well predictions fit labels.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/training/loss.h"

namespace integrad {

/// Of one class, or of one of several labels.
struct ClassMetrics {
  std::string label;
  Index texts = 0;      // that have it
  Index predicted = 0;  // that are said to have it
  Index right = 0;      // both
  /// right / predicted, right / texts and their harmonic mean; 0 where there is nothing to divide.
  double precision = 0, recall = 0, f1 = 0;
};

/// Predictions whose confidence lies in one tenth of [0, 1].
struct CalibrationBin {
  Index texts = 0;
  double confidence = 0, accuracy = 0;  // means
};

/// Of all texts; what a problem does not have is empty or 0.
struct Metrics {
  Problem problem = Problem::single_label;
  Index texts = 0;
  double loss = 0;      // mean
  double accuracy = 0;  // several labels: all of a text right
  std::vector<ClassMetrics> classes;
  double macro_f1 = 0, micro_f1 = 0;
  std::vector<std::vector<Index>> confusion;  // [class of the label][predicted class], single label
  /// Expected calibration error: mean over predictions of |confidence − accuracy| of their bin (Guo
  /// et al. 2017, ten bins); the confidence of the predicted class, or of each label's decision.
  double calibration_error = 0;
  std::vector<CalibrationBin> calibration;
  double mean_absolute_error = 0, spearman = 0;  // regression, over all values
};

/// Collects texts one after another. Not shared between threads.
class Evaluation {
 public:
  Evaluation(Problem problem, std::vector<std::string> labels);

  /// `logits` one a class; the label as loss.h says, checked by the caller.
  void add(std::span<const double> logits, const Label& label);
  Metrics metrics() const;

 private:
  void count(std::size_t number, bool truth, bool predicted);
  void calibrate(double confidence, bool right);

  Metrics sums_;  // sums where Metrics says means
  Index right_ = 0;
  std::vector<double> values_, expected_;  // regression
};

/// Rank correlation (ties share their mean rank); 0 where one side is constant.
double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace integrad
