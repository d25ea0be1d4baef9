#include "integrad/attribution/explain_plan.h"

#include <cmath>

#include "integrad/attribution/adaptive.h"
#include "integrad/attribution/explanation_builder.h"
#include "integrad/base/error.h"
#include "integrad/models/layer_names.h"

namespace integrad {
namespace {

void check_automatic(const ExplainOptions& options) {
  if (!(options.tolerance > 0 && options.tolerance < 1)) {
    throw UsageError("the tolerance is between 0 and 1, found " +
                     std::to_string(options.tolerance));
  }
  const auto fewest = static_cast<Index>(first_places().size());
  constexpr Index most = finest_grid + 1;
  if (options.max_steps < fewest || options.max_steps > most) {
    throw UsageError("method auto takes from " + std::to_string(fewest) + " to " +
                     std::to_string(most) + " steps, found max_steps " +
                     std::to_string(options.max_steps));
  }
  if (options.n_steps) {
    throw UsageError(
        "method auto takes as many points as a text needs, at most max_steps; n_steps is for "
        "rules, "
        "such as gausslegendre");
  }
  if (options.full_attributions) {
    throw UsageError(
        "method auto gives scores of tokens; for full attributions choose a rule with n_steps, "
        "such as gausslegendre");
  }
}

/// Other algorithms than integrated gradients do not take what is of integrals alone.
void check_algorithm(const ExplainOptions& options) {
  const std::string name(to_string(options.algorithm));
  if (options.method) {
    throw UsageError("method " + std::string(to_string(*options.method)) +
                     " is a quadrature rule, and algorithm " + name + " takes no integral");
  }
  if (options.full_attributions) {
    throw UsageError("full attributions are of integrated_gradients, not of algorithm " + name);
  }
  if (!(options.noise >= 0 && std::isfinite(options.noise))) {
    throw UsageError("the noise is a number from 0 on, found " + std::to_string(options.noise));
  }
  if (n_steps_of(options) < 1) {
    throw UsageError("algorithm " + name + " takes 1 random point at least, found n_steps " +
                     std::to_string(n_steps_of(options)));
  }
}

void check_exact_head(const ExplainOptions& options) {
  const Quadrature method = method_of(options);
  if (method != Quadrature::automatic && method != Quadrature::trapezoid) {
    throw UsageError(
        "an exact head needs equidistant points with both ends: method auto or "
        "trapezoid, not " +
        std::string(to_string(method)));
  }
  constexpr Index fewest = 5;
  if (method == Quadrature::trapezoid && n_steps_of(options) < fewest) {
    throw UsageError("an exact head takes " + std::to_string(fewest) + " steps at least, found " +
                     std::to_string(n_steps_of(options)));
  }
  if (options.algorithm != Algorithm::integrated_gradients) {
    throw UsageError("an exact head is of integrated_gradients, not of algorithm " +
                     std::string(to_string(options.algorithm)));
  }
  if (options.long_texts == LongTexts::windows) {
    throw UsageError("an exact head is for texts that the model reads at once, not in windows");
  }
}

QuadratureRule make_rule(const ExplainOptions& options) {
  if (options.algorithm == Algorithm::gradient_shap) {
    return random_rule(n_steps_of(options), options.seed);
  }
  if (options.algorithm != Algorithm::integrated_gradients) return {};
  return make_quadrature(method_of(options), n_steps_of(options));
}

}  // namespace

void check_options(const TextClassifier& classifier, const ExplainOptions& options) {
  const ModelConfig& config = classifier.config();
  if (options.threshold) {
    if (!several_labels(config)) {
      throw UsageError(
          "a threshold is for models whose labels do not exclude each other (problem_type "
          "multi_label_classification)");
    }
    if (!(*options.threshold > 0 && *options.threshold < 1)) {
      throw UsageError("the threshold is a probability between 0 and 1, found " +
                       std::to_string(*options.threshold));
    }
  }
  if (!adapts(options) && asks_for_accuracy(options)) {
    throw UsageError(
        "a tolerance and max_steps are for method auto of integrated_gradients; other methods take "
        "n_steps points");
  }
  if (options.window.value_or(0) > classifier.longest()) {
    throw UsageError("the model reads at most " + std::to_string(classifier.longest()) +
                     " tokens, not a window of " + std::to_string(*options.window));
  }
}

ExplainPlan make_plan(const TextClassifier& classifier, const ExplainOptions& options) {
  check_options(classifier, options);
  if (options.algorithm != Algorithm::integrated_gradients) check_algorithm(options);
  if (adapts(options)) check_automatic(options);
  if (options.head == HeadIntegral::exact) check_exact_head(options);
  const ModelConfig& config = classifier.config();
  if (link_of(config) == Link::identity && options.score == Score::log_odds) {
    throw UsageError("score log_odds: this model is a regression, its value has no odds");
  }
  const LayerName layer = find_layer(config, options.layer);
  std::vector<std::string> names = split_baselines(options.baseline);
  std::vector<Baseline> baselines;
  for (const std::string& name : names) baselines.push_back(Baseline::parse(name));
  if (baselines.size() > 1 && options.full_attributions) {
    throw UsageError("full attributions are those of one baseline, not of several");
  }
  return {options.layer_input ? input_cut(layer) : layer.output, std::move(names),
          std::move(baselines), Target::parse(options.target, config.labels, options.threshold),
          make_rule(options)};
}

bool asks_for_accuracy(const ExplainOptions& options) {
  const ExplainOptions usual;
  return options.tolerance != usual.tolerance || options.max_steps != usual.max_steps;
}

bool averages_head(const ModelConfig& config, const ExplainOptions& options) {
  const bool jumps = config.head.dense && config.head.activation == Activation::relu;
  const bool usual = jumps && adapts(options) && options.long_texts != LongTexts::windows;
  return options.head == HeadIntegral::exact || (options.head == HeadIntegral::automatic && usual);
}

}  // namespace integrad
