#include "integrad/attribution/algorithm.h"

#include <string>

#include "integrad/base/error.h"

namespace integrad {

Algorithm parse_algorithm(std::string_view name) {
  std::string known;
  for (const Algorithm algorithm : all_algorithms) {
    if (to_string(algorithm) == name) return algorithm;
    known += (known.empty() ? "" : ", ") + std::string(to_string(algorithm));
  }
  throw UsageError("unknown algorithm \"" + std::string(name) + "\"; choose one of " + known);
}

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::integrated_gradients:
      return "integrated_gradients";
    case Algorithm::gradient_shap:
      return "gradient_shap";
    case Algorithm::input_x_gradient:
      return "input_x_gradient";
    case Algorithm::saliency:
      return "saliency";
    case Algorithm::smooth_grad:
      return "smooth_grad";
    case Algorithm::var_grad:
      return "var_grad";
    case Algorithm::occlusion:
      break;
  }
  return "occlusion";
}

bool adds_up(Algorithm algorithm) {
  return algorithm == Algorithm::integrated_gradients || algorithm == Algorithm::gradient_shap;
}

bool has_signs(Algorithm algorithm) {
  return algorithm != Algorithm::saliency && algorithm != Algorithm::smooth_grad &&
         algorithm != Algorithm::var_grad;
}

bool has_baseline(Algorithm algorithm) {
  return adds_up(algorithm) || algorithm == Algorithm::occlusion;
}

bool is_random(Algorithm algorithm) {
  return algorithm == Algorithm::gradient_shap || algorithm == Algorithm::smooth_grad ||
         algorithm == Algorithm::var_grad;
}

}  // namespace integrad
