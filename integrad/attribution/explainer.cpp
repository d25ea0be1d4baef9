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

Plan make_plan(const TextClassifier& classifier, const ExplainOptions& options) {
  const LayerName layer = find_layer(classifier.config(), options.layer);
  return {options.layer_input ? input_cut(layer) : layer.output, Baseline::parse(options.baseline),
          Target::parse(options.target, classifier.config().labels),
          make_quadrature(options.method, options.n_steps)};
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

Explanation build(const PreparedText& text, const PathSamples& samples, const QuadratureRule& rule,
                  const ModelConfig& config) {
  const Integral integral = integrate(samples);
  const auto label = [&](Index c) { return config.labels[static_cast<std::size_t>(c)]; };
  Explanation e;
  e.text = text.input.text;
  e.text_pair = text.input.text_pair;
  e.logits = samples.outputs_at_input;
  e.probabilities = probabilities_of(e.logits, config.sigmoid());
  e.predicted_id = largest(e.logits);
  e.predicted = label(e.predicted_id);
  e.target_id = samples.target;
  e.target = label(e.target_id);
  e.value = integral.value;
  e.baseline_value = integral.baseline_value;
  e.delta = integral.delta;
  e.evaluations = static_cast<Index>(rule.nodes.size());
  e.truncated_tokens = text.truncated_tokens;
  e.tokens = text.tokens;
  for (std::size_t r = 0; r < text.rows.size(); ++r) {
    e.tokens[static_cast<std::size_t>(text.rows[r])].attribution = integral.attributions[r];
  }
  std::vector<std::string_view> texts{e.text};
  if (e.text_pair) texts.push_back(*e.text_pair);
  std::vector<std::vector<ByteRange>> sentences;
  for (const std::string_view part : texts) sentences.push_back(split_sentences(part));
  e.words = sum_over_words(e.tokens, texts);
  e.sentences = sum_over_sentences(e.tokens, texts, sentences);
  return e;
}

/// Attributions of masked tokens are zero rows.
Matrix<float> full_attributions(const PreparedText& text, const Matrix<double>& of_rows) {
  Matrix<float> full(static_cast<Index>(text.tokens.size()), of_rows.columns());
  full.fill(0);
  for (Index r = 0; r < of_rows.rows(); ++r) {
    std::transform(of_rows.row(r), of_rows.row(r) + of_rows.columns(),
                   full.row(text.rows[static_cast<std::size_t>(r)]),
                   [](double v) { return static_cast<float>(v); });
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
    const Index most_rows = 65536 / (options.n_steps + 2) + 1;
    std::vector<PreparedText> group;
    Index rows = 0, first = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      PreparedText text;
      {
        const Timed timed(compute.profile, Room::tokenize);
        text = prepare_input(inputs[i]);
      }
      add_baseline(text, plan.baseline, plan.cut, classifier.tokenizer());
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

  void explain_group(std::span<const PreparedText> group, Index first, const Plan& plan,
                     const ExplainOptions& options, const ResultSink& sink) {
    const ModelConfig& config = classifier.config();
    std::vector<TokenPath> paths;
    for (const PreparedText& text : group) paths.push_back(text.path);
    const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
      return evaluate_score(options.score, config.sigmoid(), logits, target, seed);
    };
    const auto choose = [&](Index, std::span<const double> logits) {
      return plan.target.classes(logits);
    };
    const Timed timed(compute.profile, Room::path);
    const auto samples = engine->sample(plan.cut, paths, plan.rule, scalar, choose, options);
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (const TextSamples& s : samples[i]) {
        ExplanationResult result;
        result.text_index = first + static_cast<Index>(i);
        result.explanation = build(group[i], s.path, plan.rule, config);
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
  const ModelConfig& config = parts_->classifier.config();
  std::vector<TokenBatch> batches;
  std::vector<Prediction> predictions;
  for (const TextInput& input : texts) {
    PreparedText text = prepare(input, parts_->classifier, options);
    batches.push_back(std::move(text.path.input));
    Prediction& prediction = predictions.emplace_back();
    prediction.text = std::move(text.input.text);
    prediction.text_pair = std::move(text.input.text_pair);
    prediction.truncated_tokens = text.truncated_tokens;
  }
  const Matrix<double> logits = parts_->engine->logits(batches, options);
  for (Index i = 0; i < logits.rows(); ++i) {
    Prediction& prediction = predictions[static_cast<std::size_t>(i)];
    prediction.logits.assign(logits.row(i), logits.row(i) + logits.columns());
    if (!std::all_of(prediction.logits.begin(), prediction.logits.end(),
                     [](double z) { return std::isfinite(z); })) {
      throw NumericalError("text " + std::to_string(i + 1) + " (\"" + excerpt(prediction.text) +
                           "\"): a logit is not a finite number");
    }
    prediction.probabilities = probabilities_of(prediction.logits, config.sigmoid());
    prediction.predicted_id = largest(prediction.logits);
    prediction.predicted = config.labels[static_cast<std::size_t>(prediction.predicted_id)];
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
  return {find_layer(classifier.config(), options.layer).name,
          options.layer_input,
          Baseline::parse(options.baseline).name(),
          std::string(to_string(options.score)),
          std::string(to_string(options.method)),
          options.n_steps,
          options.max_length,
          classifier.backend(),
          classifier.backend() == "cpu" && resolve(parts_->compute.precision) == Precision::bf16
              ? "bf16"
              : std::string(classifier.precision())};
}

}  // namespace integrad
