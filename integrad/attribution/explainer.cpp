#include "integrad/attribution/explainer.h"

#include <algorithm>
#include <cmath>

#include "integrad/attribution/explain_plan.h"
#include "integrad/attribution/explanation_builder.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/several_baselines.h"
#include "integrad/attribution/target.h"
#include "integrad/base/error.h"
#include "integrad/models/layer_names.h"

namespace integrad {
namespace {

/// Progress is told in whole texts, whatever the number of their sequences.
ExplainOptions in_texts(ExplainOptions options, std::span<const Index> text_of_sequence) {
  if (!options.on_progress) return options;
  options.on_progress = [tell = options.on_progress, text_of_sequence, sequences = std::size_t{0},
                         texts = Index{0}](Index evaluated) mutable {
    sequences += static_cast<std::size_t>(evaluated);
    const bool all = sequences == text_of_sequence.size();
    const Index done = all ? text_of_sequence.back() + 1 : text_of_sequence[sequences];
    tell(done - texts);
    texts = done;
  };
  return options;
}

}  // namespace

struct Explainer::Parts {
  Parts(const TextClassifier& classifier_, const ComputeOptions& compute_)
      : classifier(classifier_), compute(compute_), engine(make_engine(classifier_, compute_)) {}

  /// Explains texts in groups that fit the memory budget and fill several chunks.
  template <class Input, class Prepare>
  void explain(std::span<const Input> inputs, const ExplainOptions& options, const ResultSink& sink,
               const Prepare& prepare_input) {
    const ExplainPlan plan = make_plan(classifier, options);
    const MemoryCost cost = engine->cost(plan.cut, options);
    const Index most_rows = 65536 / (usual_steps(options) + 2) + 1;
    std::vector<PreparedText> group;
    Index rows = 0, first = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      PreparedText text;
      {
        const Timed timed(compute.profile, Room::tokenize);
        text = prepare_input(inputs[i]);
      }
      if (!text.baseline_ids.empty() && plan.baselines.size() > 1) {
        throw UsageError("a text with baseline ids of its own cannot have several baselines");
      }
      add_baseline(text, plan.baselines.front(), options.baseline_positions, plan.cut, classifier);
      const auto length = static_cast<Index>(text.rows.size());
      const Index bytes = cost.of(static_cast<Index>(group.size()) + 1, rows + length);
      const bool full = rows + length > most_rows || bytes > options.memory_limit / 4;
      if (full && !group.empty()) {
        explain_group(group, first, plan, options, sink);
        group.clear();
        first = static_cast<Index>(i);
        rows = 0;
      }
      group.push_back(std::move(text));
      rows += length;
    }
    if (!group.empty()) explain_group(group, first, plan, options, sink);
  }

  /// What each window of a document says by itself: one forward more than the path needs.
  void read_windows(PreparedText& text, ExplainOptions options) {
    options.on_progress = {};
    const Matrix<double> logits = engine->logits({&text.path.input, 1}, options);
    set_windows(logits.view(), classifier.config(), text.windows);
  }

  void explain_group(std::span<PreparedText> group, Index first, const ExplainPlan& plan,
                     const ExplainOptions& options, const ResultSink& sink) {
    const ModelConfig& config = classifier.config();
    for (PreparedText& text : group) {
      if (!text.windows.empty()) read_windows(text, options);
    }
    const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
      return evaluate_score(options.score, link_of(config), logits, target, seed);
    };
    const auto choose = [&](Index path, std::span<const double> logits) {
      const auto& target = group[static_cast<std::size_t>(path)].target;
      return target ? std::vector<Index>{*target} : plan.target.classes(logits);
    };
    const Timed timed(compute.profile, Room::path);
    std::vector<std::vector<std::vector<TextSamples>>> samples;  // of a baseline, text and target
    for (std::size_t b = 0; b < plan.baselines.size(); ++b) {
      std::vector<TokenPath> paths;
      for (PreparedText& text : group) {
        if (b > 0) {
          text.path.zeros.clear();
          add_baseline(text, plan.baselines[b], options.baseline_positions, plan.cut, classifier);
        }
        paths.push_back(text.path);
      }
      samples.push_back(engine->sample(plan.cut, paths, plan.rule, scalar, choose, options));
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (std::size_t k = 0; k < samples.front()[i].size(); ++k) {
        ExplanationResult result;
        result.text_index = first + static_cast<Index>(i);
        std::vector<Explanation> of_baselines;
        for (const auto& of_baseline : samples) {
          of_baselines.push_back(build_explanation(group[i], of_baseline[i][k].path, config,
                                                   options, result.text_index));
        }
        result.explanation = of_baselines.size() == 1
                                 ? std::move(of_baselines.front())
                                 : mean_over_baselines(of_baselines, plan.names);
        if (options.full_attributions) {
          result.full_attributions = full_attributions(group[i], samples.front()[i][k].full);
        }
        sink(std::move(result));
      }
    }
  }

  const TextClassifier& classifier;
  ComputeOptions compute;
  std::unique_ptr<Engine> engine;
};

Explainer::Explainer(const TextClassifier& classifier, const ComputeOptions& compute)
    : parts_(std::make_unique<Parts>(classifier, compute)) {}
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;
Explainer::~Explainer() = default;

const TextClassifier& Explainer::classifier() const { return parts_->classifier; }

Explanation Explainer::explain(std::string_view text, const ExplainOptions& options) {
  const TextInput input{std::string(text), {}};
  return std::move(explain(std::span(&input, 1), options).front());
}

std::vector<Explanation> Explainer::explain(std::span<const TextInput> texts,
                                            const ExplainOptions& options) {
  std::vector<Explanation> explanations;
  explain(texts, options, [&](ExplanationResult&& result) {
    explanations.push_back(std::move(result.explanation));
  });
  return explanations;
}

void Explainer::explain(std::span<const TextInput> texts, const ExplainOptions& options,
                        const ResultSink& sink) {
  parts_->explain(texts, options, sink, [&](const TextInput& input) {
    return prepare(input, parts_->classifier, options);
  });
}

void Explainer::explain_ids(std::span<const TokenInput> inputs, const ExplainOptions& options,
                            const ResultSink& sink) {
  parts_->explain(inputs, options, sink,
                  [&](const TokenInput& input) { return prepare(input, parts_->classifier); });
}

std::vector<LayerExplanation> Explainer::conductance(const TextInput& input,
                                                     const ExplainOptions& options) {
  const TextClassifier& classifier = parts_->classifier;
  const ModelConfig& config = classifier.config();
  const ExplainPlan plan = make_plan(classifier, options);
  if (options.algorithm != Algorithm::integrated_gradients || options.full_attributions ||
      options.method || asks_for_accuracy(options) || plan.baselines.size() > 1) {
    throw UsageError(
        "conductance follows one path by n_steps trapezoids: no other algorithm or method, no full "
        "attributions, one baseline");
  }
  if (options.threshold) {  // of which there may be no label at all
    throw UsageError("conductance is of one label; name it as the target instead of a threshold");
  }
  PreparedText text = prepare(input, classifier, options);
  if (!text.windows.empty()) {
    throw UsageError("conductance is of texts that the model reads at once, not in windows");
  }
  add_baseline(text, plan.baselines.front(), options.baseline_positions, plan.cut, classifier);
  const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
    return evaluate_score(options.score, link_of(config), logits, target, seed);
  };
  const auto choose = [&](Index, std::span<const double> logits) {
    return plan.target.classes(logits);
  };
  const auto samples = parts_->engine->conductance(plan.cut, text.path, scalar, choose, options);
  const Index first = first_block(plan.cut);
  std::vector<LayerExplanation> layers;
  for (std::size_t l = 0; l < samples.size(); ++l) {
    const Cut cut = l == 0 ? plan.cut : block_output(first + static_cast<Index>(l) - 1);
    for (const LayerName& name : layer_names(config)) {  // a layer may be several blocks
      if (name.output != cut) continue;
      layers.push_back({name.name, build_explanation(text, samples[l], config, options, 0)});
    }
  }
  return layers;
}

std::vector<Prediction> Explainer::predict(std::span<const TextInput> texts,
                                           const ExplainOptions& options) {
  check_options(parts_->classifier, options);
  const ModelConfig& config = parts_->classifier.config();
  std::vector<TokenBatch> batches;
  std::vector<Prediction> predictions;
  std::vector<Index> text_of_sequence;
  for (const TextInput& input : texts) {
    PreparedText text = prepare(input, parts_->classifier, options);
    text_of_sequence.resize(
        text_of_sequence.size() + static_cast<std::size_t>(text.path.input.sequences.count()),
        static_cast<Index>(predictions.size()));
    batches.push_back(std::move(text.path.input));
    Prediction& prediction = predictions.emplace_back();
    prediction.text = std::move(text.input.text);
    prediction.text_pair = std::move(text.input.text_pair);
    prediction.truncated_tokens = text.truncated_tokens;
    prediction.windows = std::move(text.windows);
  }
  const Matrix<double> logits =
      parts_->engine->logits(batches, in_texts(options, text_of_sequence));
  Index row = 0;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    Prediction& prediction = predictions[i];
    const auto of_text = logits.view().row_range(row, batches[i].sequences.count());
    row += of_text.rows;
    std::vector<double> mean(static_cast<std::size_t>(of_text.columns));
    mean_logits<double>(of_text, mean);
    if (!std::all_of(mean.begin(), mean.end(), [](double z) { return std::isfinite(z); })) {
      throw NumericalError("text " + std::to_string(i + 1) + " (\"" + excerpt(prediction.text) +
                           "\"): a logit is not a finite number");
    }
    set_prediction(mean, config, options, prediction);
    set_windows(of_text, config, prediction.windows);
  }
  return predictions;
}

Matrix<double> Explainer::logits(std::span<const TokenInput> inputs,
                                 const ExplainOptions& options) {
  std::vector<TokenBatch> batches;
  for (const TokenInput& input : inputs) {
    batches.push_back(prepare(input, parts_->classifier).path.input);
  }
  return parts_->engine->logits(batches, options);
}

ExplanationSettings Explainer::settings(const ExplainOptions& options) const {
  const TextClassifier& classifier = parts_->classifier;
  const ModelConfig& config = classifier.config();
  const bool bf16 =
      classifier.backend() == "cpu" && resolve(parts_->compute.precision) == Precision::bf16;
  ExplanationSettings settings;
  settings.layer = find_layer(config, options.layer).name;
  settings.layer_input = options.layer_input;
  settings.baseline = options.baseline;
  for (const std::string& name : split_baselines(options.baseline)) (void)Baseline::parse(name);
  // Of a regression every score is the value.
  settings.score = to_string(link_of(config) == Link::identity ? Score::logit : options.score);
  settings.algorithm = to_string(options.algorithm);
  if (options.algorithm == Algorithm::integrated_gradients) {
    settings.method = to_string(method_of(options));
    settings.n_steps = n_steps_of(options);
  } else if (is_random(options.algorithm)) {
    settings.n_steps = n_steps_of(options);
    settings.seed = options.seed;
    if (options.algorithm != Algorithm::gradient_shap) settings.noise = options.noise;
  }
  if (adapts(options)) {
    settings.n_steps = options.max_steps;
    settings.tolerance = options.tolerance;
  }
  if (averages_head(config, options)) settings.head = to_string(HeadIntegral::exact);
  settings.max_length = options.max_length;
  settings.backend = classifier.backend();
  settings.precision = bf16 ? "bf16" : classifier.precision();
  if (several_labels(config)) settings.threshold = options.threshold.value_or(default_threshold);
  settings.long_texts = to_string(options.long_texts);
  if (options.long_texts == LongTexts::windows) {
    settings.window = options.window.value_or(classifier.longest());
    settings.stride = options.stride;
  }
  return settings;
}

}  // namespace integrad
