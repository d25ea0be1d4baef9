// A classifier's head as a function of what it reads, point by point.
#pragma once

#include <algorithm>

#include "integrad/attribution/head_average.h"
#include "integrad/models/classifier.h"

namespace integrad {

/// Summaries -> logits, in the classifier's own numbers. Shares the workspace's trace of the head
/// with a ClassifierFunction that reads summaries, which does not use it.
template <class T>
class ClassifierHead final : public Head {
 public:
  ClassifierHead(const Classifier<T>& classifier, Workspace<T>& workspace)
      : classifier_(classifier), workspace_(workspace) {}

  Index outputs() const override { return classifier_.config().classes(); }

  void forward(ConstMatrixView<double> summaries, MatrixView<double> outputs) override {
    summaries_.resize(summaries.rows, summaries.columns);
    outputs_.resize(outputs.rows, outputs.columns);
    convert(summaries, summaries_.view());
    classifier_.head().forward(*workspace_.backend, summaries_, outputs_, workspace_.head);
    convert<T>(outputs_.view(), outputs);
  }
  void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_summaries) override {
    convert(d_outputs, outputs_.view());
    classifier_.head().backward(*workspace_.backend, workspace_.head, outputs_, summaries_);
    convert<T>(summaries_.view(), d_summaries);
  }

 private:
  template <class From, class To>
  static void convert(MatrixView<const From> from, MatrixView<To> to) {
    for (Index r = 0; r < from.rows; ++r) {
      std::transform(from.row(r), from.row(r) + from.columns, to.row(r),
                     [](From number) { return static_cast<To>(number); });
    }
  }

  const Classifier<T>& classifier_;
  Workspace<T>& workspace_;
  Matrix<T> summaries_, outputs_;  // (points × hidden), (points × classes)
};

}  // namespace integrad
