// What to explain and how; the words are those of the command line and of alibi.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "integrad/attribution/algorithm.h"
#include "integrad/attribution/baseline_positions.h"
#include "integrad/attribution/head_integral.h"
#include "integrad/attribution/quadrature.h"
#include "integrad/attribution/score.h"
#include "integrad/attribution/windows.h"
#include "integrad/base/matrix.h"
#include "integrad/base/profile.h"
#include "integrad/compute/precision.h"

namespace integrad {

/// How an Explainer computes. Results depend on `precision`, on nothing else here.
struct ComputeOptions {
  int threads = 0;  // 0: one a core
  Precision precision = Precision::f32;
  Profile* profile = nullptr;  // where the time goes is added here; it must outlive the Explainer
};

/// Moves every entry of what crosses the layer by a uniform draw from [−radius, radius], each row's
/// from the seed and its place in the text alone.
struct Perturbation {
  double radius = 0;
  std::uint64_t seed = 0;
};

/// Options of `Explainer::explain`.
struct ExplainOptions {
  // What is explained.
  std::string layer = "embeddings";  // layer_names.h
  bool layer_input = false;          // start at the layer's input instead of its output
  std::string baseline = "pad";      // baseline.h; several with commas: their mean
  BaselinePositions baseline_positions = BaselinePositions::ids;
  std::string target = "predicted";  // target.h
  /// For models with several labels at once: "predicted" means every label with at least this
  /// probability. None: the likeliest label is explained, those from 0.5 on are called predicted.
  std::optional<double> threshold;
  Score score = Score::probability;
  // How it is explained; what follows is of integrated gradients, but for n_steps.
  Algorithm algorithm = Algorithm::integrated_gradients;
  std::optional<Quadrature> method;  // none: method_of
  std::optional<Index> n_steps;  // of a rule, or random points; none: 50; `automatic` has these:
  double tolerance = 1e-2;       // relative, of token scores and of the gap
  Index max_steps = 257;         // points of one path
  HeadIntegral head = HeadIntegral::automatic;
  double noise = 0.15;     // smooth_grad, var_grad: as a share of the deviation of x's entries
  std::uint64_t seed = 1;  // of algorithms that draw
  /// Explains not x but a point beside it, from the same baseline: how steady are explanations?
  std::optional<Perturbation> perturbation;
  /// Tokens of a text, specials included; what is longer is cut. The model's own limit holds too,
  /// unless long texts are read in windows.
  std::optional<Index> max_length;
  LongTexts long_texts = LongTexts::truncate;
  std::optional<Index> window;     // windows.h; none: what the model can read
  std::optional<Index> stride;     // windows.h
  bool replace_invalid = false;    // U+FFFD for bytes that are not UTF-8
  bool full_attributions = false;  // keep (tokens × hidden) attributions too
  /// Leaves out work that cannot change a result beyond rounding: what only other rows than [CLS]
  /// would read, and projections that are straight lines along the path. Off is for checking.
  bool exact_savings = true;
  // How much memory is used above the weights; results do not depend on it.
  Index memory_limit = Index{1} << 30;  // bytes
  Index internal_batch_size = 0;        // most points evaluated at once; 0: as memory allows
  /// Called after each piece of work with the number of points (predict: texts) that it evaluated;
  /// may throw to stop.
  std::function<void(Index evaluated)> on_progress;
};

inline Index n_steps_of(const ExplainOptions& options) { return options.n_steps.value_or(50); }

/// The method asked for, or else `automatic`. But who gives a number of points, or wants what only
/// rules have, gets a rule: gausslegendre, or trapezoid where the head is exact.
inline Quadrature method_of(const ExplainOptions& options) {
  if (options.method) return *options.method;
  if (!options.n_steps && !options.full_attributions) return Quadrature::automatic;
  return options.head == HeadIntegral::exact ? Quadrature::trapezoid : Quadrature::gausslegendre;
}

/// Whether each path decides for itself how many points it needs.
inline bool adapts(const ExplainOptions& options) {
  return options.algorithm == Algorithm::integrated_gradients &&
         method_of(options) == Quadrature::automatic;
}

/// Points of a path besides its ends: of a rule exactly, where the text decides about so many, to
/// plan with.
inline Index usual_steps(const ExplainOptions& options) {
  switch (options.algorithm) {
    case Algorithm::input_x_gradient:
    case Algorithm::saliency:
      return 0;
    case Algorithm::occlusion:
      return 32;
    default:
      return adapts(options) ? 32 : n_steps_of(options);
  }
}

}  // namespace integrad
