// From derivatives to new weights.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "integrad/training/gradients.h"

namespace integrad {

/// Adam (Kingma & Ba 2015) with L2 decay in the gradient, AdamW (Loshchilov & Hutter 2019) with the
/// decay apart. Both as PyTorch computes them.
struct AdamOptions {
  bool decoupled = true;  // AdamW
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;  // of parameters that decay
};

/// Keeps two moments a number. Instantiated for float and double.
template <class T>
class Adam {
 public:
  Adam(const AdamOptions& options, std::span<const TrainedParameter<T>> parameters,
       int threads = 0);

  /// One step; frozen parameters stay as they are.
  void step(std::span<const TrainedParameter<T>> parameters, double learning_rate);

  /// What a later run needs to go on: how many steps were made, and the moments, parameter by
  /// parameter in their order.
  Index steps = 0;
  std::vector<Matrix<T>> first, second;

 private:
  AdamOptions options_;
  int threads_;
};

/// √Σ g² over all parameters that are not frozen; the same for every number of threads.
template <class T>
double gradient_norm(std::span<const TrainedParameter<T>> parameters, int threads = 0);

/// PyTorch's clip_grad_norm_: gradients times most / (norm + 1e-6) where that is less than 1.
template <class T>
void clip_gradients(std::span<const TrainedParameter<T>> parameters, double norm, double most,
                    int threads = 0);

}  // namespace integrad
