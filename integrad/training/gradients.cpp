#include "integrad/training/gradients.h"

#include <algorithm>

namespace integrad {
namespace {

bool is_vector(const std::string& role) {
  return role.ends_with(".bias") || role.find("norm.") != std::string::npos;
}

}  // namespace

template <class T>
TrainableClassifier<T>::TrainableClassifier(Classifier<T> model,
                                            std::unique_ptr<Backend<T>> backend, int threads)
    : model_(std::move(model)),
      gradient_(Classifier<T>::zeros(model_.config())),
      workspace_(std::move(backend)),
      threads_(thread_count(threads)) {
  Classifier<T>::check_trainable(model_.config());
  const auto values = model_.parameters(), derivatives = gradient_.parameters();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool vector = is_vector(values[i].role);
    parameters_.push_back(
        {values[i].name, values[i].values, derivatives[i].values, vector, !vector});
  }
}

template <class T>
Index TrainableClassifier<T>::freeze(const std::string& part) {
  Index count = 0;
  for (TrainedParameter<T>& parameter : parameters_) {
    if (parameter.name.find(part) == std::string::npos) continue;
    parameter.frozen = true;
    ++count;
  }
  return count;
}

template <class T>
void TrainableClassifier<T>::zero_gradients() {
  for (const TrainedParameter<T>& parameter : parameters_) {
    const MatrixView<T>& gradient = parameter.gradient;
#pragma omp parallel for schedule(static) num_threads(threads_) if (gradient.rows >= 64)
    for (Index r = 0; r < gradient.rows; ++r) std::fill_n(gradient.row(r), gradient.columns, T(0));
  }
}

template <class T>
StepResult TrainableClassifier<T>::accumulate(const TokenBatch& batch,
                                              std::span<const Label> labels, double weight,
                                              const std::optional<DropoutKey>& key) {
  const Problem problem = training_problem(model_.config());
  model_.forward_training(batch, key, workspace_, logits_);
  d_logits_.resize(logits_.rows(), logits_.columns());
  StepResult result;
  result.loss = evaluate_loss<T>(problem, logits_, labels, weight, d_logits_);
  result.right = count_right<T>(problem, logits_, labels);
  model_.backward_training(batch, d_logits_, workspace_, gradient_);
  return result;
}

template <class T>
void TrainableClassifier<T>::predict(const TokenBatch& batch, Matrix<T>& logits) {
  model_.forward_training(batch, {}, workspace_, logits);
}

template <class T>
Index count_right(Problem problem, ConstMatrixView<T> logits, std::span<const Label> labels) {
  Index right = 0;
  for (Index r = 0; r < logits.rows; ++r) {
    const Label& label = labels[static_cast<std::size_t>(r)];
    const T* const row = logits.row(r);
    if (problem == Problem::single_label) {
      right += std::max_element(row, row + logits.columns) - row == static_cast<Index>(label[0]);
    } else if (problem == Problem::multi_label) {
      right += std::equal(row, row + logits.columns, label.begin(),
                          [](T logit, double expected) { return (logit > 0) == (expected > 0.5); });
    }
  }
  return right;
}

template class TrainableClassifier<float>;
template class TrainableClassifier<double>;
template Index count_right<float>(Problem, ConstMatrixView<float>, std::span<const Label>);
template Index count_right<double>(Problem, ConstMatrixView<double>, std::span<const Label>);

}  // namespace integrad
