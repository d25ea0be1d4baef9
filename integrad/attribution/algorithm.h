// The ways to attribute that are offered beside integrated gradients, by their field's names.
#pragma once

#include <array>
#include <string_view>

namespace integrad {

/// x is what crosses the layer, x' its baseline, g the gradient of the target's score; a token's
/// score is made of its row. n is `n_steps`.
enum class Algorithm {
  integrated_gradients,  // Sundararajan et al. 2017
  gradient_shap,         // Σ g·(x − x') at n random points of the path, one in each nth of it
                         // (expected gradients, Erion et al. 2021; Lundberg and Lee 2017)
  input_x_gradient,      // Σ g·x at the input (Shrikumar et al. 2016)
  saliency,              // ‖g‖₂ at the input (Simonyan et al. 2013)
  smooth_grad,           // ‖mean of g‖₂ over n noisy inputs (Smilkov et al. 2017)
  var_grad,              // Σ variance of g over n noisy inputs (Adebayo et al. 2018)
  occlusion,             // F(x) − F(x with the token's row from x') (Zeiler and Fergus 2014)
};

inline constexpr std::array<Algorithm, 7> all_algorithms{Algorithm::integrated_gradients,
                                                         Algorithm::gradient_shap,
                                                         Algorithm::input_x_gradient,
                                                         Algorithm::saliency,
                                                         Algorithm::smooth_grad,
                                                         Algorithm::var_grad,
                                                         Algorithm::occlusion};

/// The algorithm called `name`; throws UsageError listing the names.
Algorithm parse_algorithm(std::string_view name);
std::string_view to_string(Algorithm algorithm);
/// Whether scores add up to F(x) − F(x'), but for an error that more points make small.
bool adds_up(Algorithm algorithm);
/// Whether a negative score speaks against the target; else scores say how much, not which way.
bool has_signs(Algorithm algorithm);
/// Whether scores depend on a baseline.
bool has_baseline(Algorithm algorithm);
/// Whether it draws random numbers.
bool is_random(Algorithm algorithm);

}  // namespace integrad
