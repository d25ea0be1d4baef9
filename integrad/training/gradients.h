// A classifier that can be trained: its weights beside their derivatives.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "integrad/models/classifier.h"
#include "integrad/models/training_workspace.h"
#include "integrad/training/loss.h"

namespace integrad {

/// One parameter on its way: value, derivative, and how the optimizer treats it.
template <class T>
struct TrainedParameter {
  std::string name;  // in checkpoints
  MatrixView<T> value;
  MatrixView<T> gradient;
  bool vector = false;  // a bias, or of a layer norm: one dimension in checkpoints
  bool decays = true;   // no weight decay on vectors
  bool frozen = false;  // is left as it is
};

/// What a forward found.
struct StepResult {
  double loss = 0;  // sum over the texts
  Index right = 0;  // texts whose largest logit is their class; several labels: all labels right
};

/// Instantiated for float and double. Not shared between threads.
template <class T>
class TrainableClassifier {
 public:
  /// Throws UnsupportedModel for families whose training is not built.
  /// `threads` share what the backend does not do, 0: one a core.
  TrainableClassifier(Classifier<T> model, std::unique_ptr<Backend<T>> backend, int threads = 0);

  const Classifier<T>& model() const { return model_; }
  std::span<TrainedParameter<T>> parameters() { return parameters_; }
  int threads() const { return threads_; }
  /// Freezes parameters whose checkpoint name contains `part`; returns how many.
  Index freeze(const std::string& part);

  void zero_gradients();
  /// Adds the derivative of weight · Σ loss of these texts. Labels are checked by the caller.
  StepResult accumulate(const TokenBatch& batch, std::span<const Label> labels, double weight,
                        const std::optional<DropoutKey>& key);
  /// Only the forward, without dropout. logits (texts × classes).
  void predict(const TokenBatch& batch, Matrix<T>& logits);

 private:
  Classifier<T> model_;
  Classifier<T> gradient_;
  TrainingWorkspace<T> workspace_;
  int threads_;
  std::vector<TrainedParameter<T>> parameters_;
  Matrix<T> logits_, d_logits_;
};

/// Texts whose logits say what their label says.
template <class T>
Index count_right(Problem problem, ConstMatrixView<T> logits, std::span<const Label> labels);

}  // namespace integrad
