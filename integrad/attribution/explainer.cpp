#include "integrad/attribution/explainer.h"

#include <algorithm>
#include <cmath>

#include "integrad/attribution/integrate.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/spans.h"
#include "integrad/attribution/target.h"
#include "integrad/base/error.h"
#include "integrad/models/layer_names.h"

namespace integrad {
namespace {

/// The options with their names resolved, the same for every text of a call.
struct Plan {
  Cut cut;
  Baseline baseline;
  Target target;
  QuadratureRule rule;
};

bool several_labels(const ModelConfig& config) { return config.problem == Problem::multi_label; }

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
  const ExplainOptions usual;
  if (options.method != Quadrature::automatic &&
      (options.tolerance != usual.tolerance || options.max_steps != usual.max_steps)) {
    throw UsageError("a tolerance and max_steps are for method auto; method " +
                     std::string(to_string(options.method)) + " takes n_steps points");
  }
  if (options.window.value_or(0) > classifier.longest()) {
    throw UsageError("the model reads at most " + std::to_string(classifier.longest()) +
                     " tokens, not a window of " + std::to_string(*options.window));
  }
}

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
  if (options.full_attributions) {
    throw UsageError(
        "method auto gives scores of tokens; for full attributions choose a rule with n_steps, "
        "such as gausslegendre");
  }
}

Plan make_plan(const TextClassifier& classifier, const ExplainOptions& options) {
  check_options(classifier, options);
  if (options.method == Quadrature::automatic) check_automatic(options);
  const ModelConfig& config = classifier.config();
  if (link_of(config) == Link::identity && options.score == Score::log_odds) {
    throw UsageError("score log_odds: this model is a regression, its value has no odds");
  }
  const LayerName layer = find_layer(config, options.layer);
  return {options.layer_input ? input_cut(layer) : layer.output, Baseline::parse(options.baseline),
          Target::parse(options.target, config.labels, options.threshold),
          make_quadrature(options.method, options.n_steps)};
}

constexpr double default_threshold = 0.5;

/// Explanation or Prediction: what follows from the logits.
template <class Result>
void set_prediction(std::span<const double> logits, const ModelConfig& config,
                    const ExplainOptions& options, Result& result) {
  result.logits.assign(logits.begin(), logits.end());
  result.probabilities = probabilities_of(logits, link_of(config));
  result.predicted_id = largest(logits);
  result.predicted = config.labels[static_cast<std::size_t>(result.predicted_id)];
  result.predicted_ids = {result.predicted_id};
  if (several_labels(config)) {
    result.predicted_ids = labels_above(options.threshold.value_or(default_threshold), logits);
  }
}

/// Fills in what each window of a text says; `logits` (windows × classes).
void set_windows(ConstMatrixView<double> logits, const ModelConfig& config,
                 std::span<TextWindow> windows) {
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const double* row = logits.row(static_cast<Index>(w));
    windows[w].logits.assign(row, row + logits.columns);
    windows[w].probabilities = probabilities_of(windows[w].logits, link_of(config));
  }
}

/// The start of a text, to name it in a message.
std::string excerpt(const std::string& text) {
  std::size_t end = std::min<std::size_t>(text.size(), 60);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + (end < text.size() ? "…" : "");
}

void check_finite(const Explanation& explanation, Index index) {
  bool finite = std::isfinite(explanation.delta) && std::isfinite(explanation.value);
  for (const double logit : explanation.logits) finite = finite && std::isfinite(logit);
  for (const auto& token : explanation.tokens) finite = finite && std::isfinite(token.attribution);
  if (finite) return;
  throw NumericalError("text " + std::to_string(index + 1) + " (\"" + excerpt(explanation.text) +
                       "\"): a result is not a finite number; check the model's weights for "
                       "overflow, for example with backend reference");
}

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

Explanation build(const PreparedText& text, const PathSamples& samples, const ModelConfig& config,
                  const ExplainOptions& options) {
  const Integral integral = integrate(samples);
  Explanation e;
  e.text = text.input.text;
  e.text_pair = text.input.text_pair;
  set_prediction(samples.outputs_at_input, config, options, e);
  e.target_id = samples.target;
  e.target = config.labels[static_cast<std::size_t>(e.target_id)];
  e.value = integral.value;
  e.baseline_value = integral.baseline_value;
  e.delta = integral.delta;
  e.evaluations = samples.evaluations;
  e.converged = samples.converged;
  if (!samples.errors.empty()) e.relative_error = samples.relative_error;
  e.truncated_tokens = text.truncated_tokens;
  e.tokens = text.tokens;
  e.windows = text.windows;
  for (std::size_t r = 0; r < text.rows.size(); ++r) {
    e.tokens[static_cast<std::size_t>(text.rows[r])].attribution += integral.attributions[r];
  }
  if (!samples.errors.empty()) {
    for (TokenAttribution& token : e.tokens) token.error = 0;
    for (std::size_t r = 0; r < text.rows.size(); ++r) {
      *e.tokens[static_cast<std::size_t>(text.rows[r])].error += samples.errors[r];
    }
  }
  std::vector<std::string_view> texts{e.text};
  if (e.text_pair) texts.push_back(*e.text_pair);
  std::vector<std::vector<ByteRange>> sentences;
  for (const std::string_view part : texts) sentences.push_back(split_sentences(part));
  e.words = sum_over_words(e.tokens, texts);
  e.sentences = sum_over_sentences(e.tokens, texts, sentences);
  return e;
}

/// Attributions of masked tokens are zero rows; those of a token in several windows add up.
Matrix<float> full_attributions(const PreparedText& text, const Matrix<double>& of_rows) {
  Matrix<float> full(static_cast<Index>(text.tokens.size()), of_rows.columns());
  full.fill(0);
  for (Index r = 0; r < of_rows.rows(); ++r) {
    float* row = full.row(text.rows[static_cast<std::size_t>(r)]);
    for (Index c = 0; c < of_rows.columns(); ++c) row[c] += static_cast<float>(of_rows(r, c));
  }
  return full;
}

}  // namespace

struct Explainer::Parts {
  Parts(const TextClassifier& classifier_, const ComputeOptions& compute_)
      : classifier(classifier_), compute(compute_), engine(make_engine(classifier_, compute_)) {}

  /// Explains texts in groups that fit the memory budget and fill several chunks.
  template <class Input, class Prepare>
  void explain(std::span<const Input> inputs, const ExplainOptions& options, const ResultSink& sink,
               const Prepare& prepare_input) {
    const Plan plan = make_plan(classifier, options);
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
      add_baseline(text, plan.baseline, options.baseline_positions, plan.cut, classifier);
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

  void explain_group(std::span<PreparedText> group, Index first, const Plan& plan,
                     const ExplainOptions& options, const ResultSink& sink) {
    const ModelConfig& config = classifier.config();
    std::vector<TokenPath> paths;
    for (PreparedText& text : group) {
      if (!text.windows.empty()) read_windows(text, options);
      paths.push_back(text.path);
    }
    const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
      return evaluate_score(options.score, link_of(config), logits, target, seed);
    };
    const auto choose = [&](Index path, std::span<const double> logits) {
      const auto& target = group[static_cast<std::size_t>(path)].target;
      return target ? std::vector<Index>{*target} : plan.target.classes(logits);
    };
    const Timed timed(compute.profile, Room::path);
    const auto samples = engine->sample(plan.cut, paths, plan.rule, scalar, choose, options);
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (const TextSamples& s : samples[i]) {
        ExplanationResult result;
        result.text_index = first + static_cast<Index>(i);
        result.explanation = build(group[i], s.path, config, options);
        check_finite(result.explanation, result.text_index);
        if (options.full_attributions)
          result.full_attributions = full_attributions(group[i], s.full);
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

Matrix<double> Explainer::logits(std::span<const TokenInput> inputs) {
  std::vector<TokenBatch> batches;
  for (const TokenInput& input : inputs) {
    batches.push_back(prepare(input, parts_->classifier).path.input);
  }
  return parts_->engine->logits(batches, {});
}

ExplanationSettings Explainer::settings(const ExplainOptions& options) const {
  const TextClassifier& classifier = parts_->classifier;
  const ModelConfig& config = classifier.config();
  const bool bf16 =
      classifier.backend() == "cpu" && resolve(parts_->compute.precision) == Precision::bf16;
  ExplanationSettings settings;
  settings.layer = find_layer(config, options.layer).name;
  settings.layer_input = options.layer_input;
  settings.baseline = Baseline::parse(options.baseline).name();
  // Of a regression every score is the value.
  settings.score = to_string(link_of(config) == Link::identity ? Score::logit : options.score);
  settings.method = to_string(options.method);
  settings.n_steps = options.n_steps;
  if (options.method == Quadrature::automatic) {
    settings.n_steps = options.max_steps;
    settings.tolerance = options.tolerance;
  }
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
