#include "integrad/faithfulness/faithfulness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>

#include "integrad/attribution/baseline.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/score.h"
#include "integrad/base/error.h"
#include "integrad/faithfulness/measures.h"

namespace integrad {
namespace {

constexpr Index tokens_at_once = Index{1} << 17;  // of perturbed texts: more gains nothing

/// Ids exactly as the explanation's model read them.
ScoredText scored_text(const Explanation& explanation, const TextClassifier& classifier,
                       const ExplainOptions& made_with, const Baseline& replacement) {
  if (!explanation.windows.empty()) {
    throw UsageError("faithfulness is measured on texts that the model reads at once, not windows");
  }
  ExplainOptions options = made_with;
  options.long_texts = LongTexts::truncate;
  const PreparedText prepared =
      prepare(TextInput{explanation.text, explanation.text_pair}, classifier, options);
  if (prepared.path.input.ids.size() != explanation.tokens.size()) {
    throw UsageError("faithfulness: the explanation has " +
                     std::to_string(explanation.tokens.size()) + " tokens, its text " +
                     std::to_string(prepared.path.input.ids.size()) +
                     "; give the options that it was made with");
  }
  ScoredText text;
  text.tokens.ids = prepared.path.input.ids;
  text.tokens.type_ids = prepared.path.input.type_ids;
  for (std::size_t i = 0; i < explanation.tokens.size(); ++i) {
    if (!explanation.tokens[i].special) text.ordinary.push_back(i);
    text.scores.push_back(explanation.tokens[i].attribution);
  }
  const Baseline baseline = Baseline::parse(made_with.baseline);
  if (!baseline.zero()) {
    text.baseline_ids = baseline.ids(text.tokens.ids, classifier.tokenizer());
  }
  text.replacements = replacement.ids(text.tokens.ids, classifier.tokenizer());
  return text;
}

/// The same scores, each at another token that is not special.
ScoredText shuffled(const ScoredText& text, std::mt19937_64& random) {
  std::vector<std::size_t> from = text.ordinary;
  std::shuffle(from.begin(), from.end(), random);
  ScoredText control = text;
  for (std::size_t i = 0; i < from.size(); ++i) {
    control.scores[text.ordinary[i]] = text.scores[from[i]];
  }
  return control;
}

/// One explanation's texts and readers, waiting for the classifier.
struct Trial {
  ScoredText text, control;
  Probes probes;
  std::vector<ReadMeasure> of_text, of_control;
  Index target = 0;
};

std::vector<Reading> read(const std::vector<ReadMeasure>& readers,
                          std::span<const double> probabilities) {
  std::vector<Reading> readings;
  for (const ReadMeasure& reader : readers) readings.push_back(reader(probabilities));
  return readings;
}

/// A text's own random numbers: they follow from its ids, so that neighbours do not matter.
std::mt19937_64 random_of(const ScoredText& text, std::uint64_t seed) {
  std::vector<std::uint32_t> numbers(text.tokens.ids.begin(), text.tokens.ids.end());
  numbers.push_back(static_cast<std::uint32_t>(seed));
  numbers.push_back(static_cast<std::uint32_t>(seed >> 32));
  std::seed_seq sequence(numbers.begin(), numbers.end());
  return std::mt19937_64(sequence);
}

/// All that is asked of a text and of its control; `marked`: what people marked, null when unasked.
std::unique_ptr<Trial> plan_trial(ScoredText text, const Explanation& explanation,
                                  const Rationale* marked, const FaithfulnessOptions& options) {
  auto trial = std::make_unique<Trial>();
  trial->text = std::move(text);
  if (marked != nullptr && !marked->empty()) {
    trial->text.marked = marked_tokens(*marked, explanation.tokens);
  }
  std::mt19937_64 random = random_of(trial->text, options.seed);
  trial->control = shuffled(trial->text, random);
  trial->target = explanation.target_id;
  const MeasureOptions of_measures{options.top, options.rationale_share, options.subsets, random()};
  for (const Measure measure : options.measures) {
    trial->of_text.push_back(plan_measure(measure, trial->text, of_measures, trial->probes));
    trial->of_control.push_back(plan_measure(measure, trial->control, of_measures, trial->probes));
  }
  return trial;
}

}  // namespace

FaithfulnessTest::FaithfulnessTest(Explainer& explainer, FaithfulnessOptions options)
    : explainer_(explainer), options_(std::move(options)) {
  const TextClassifier& classifier = explainer.classifier();
  if (link_of(classifier.config()) == Link::identity) {
    throw UsageError("faithfulness is measured in probabilities; this model is a regression");
  }
  if (!(options_.top > 0 && options_.top < 1)) {
    throw UsageError("the top share of the tokens is between 0 and 1, found " +
                     std::to_string(options_.top));
  }
  if (!(options_.radius > 0 && std::isfinite(options_.radius)) || options_.perturbations < 1) {
    throw UsageError("max_sensitivity needs a radius above 0 and at least one perturbation");
  }
  if (!(options_.rationale_share > 0 && options_.rationale_share <= 1)) {
    throw UsageError("the share of tokens that rationales mark is above 0 and at most 1, found " +
                     std::to_string(options_.rationale_share));
  }
  if (options_.subsets < 1) throw UsageError("infidelity needs at least one set of tokens");
  if (options_.measures.empty()) throw UsageError("no measure is asked for");
  const Baseline replacement = Baseline::parse(options_.replacement);
  if (replacement.zero()) throw UsageError("a replacement is a token, not zero");
  (void)replacement.ids({}, classifier.tokenizer());  // that the tokenizer has it
}

std::vector<Faithfulness> FaithfulnessTest::measure(std::span<const Explanation> explanations,
                                                    const ExplainOptions& made_with,
                                                    std::span<const Rationale> rationales) {
  const TextClassifier& classifier = explainer_.classifier();
  const auto& asked = options_.measures;
  const bool needs_rationales = std::any_of(asked.begin(), asked.end(), needs_rationale);
  if (needs_rationales && rationales.size() != explanations.size()) {
    throw UsageError(
        "auprc, token_f1 and token_iou need rationales: what people marked in the texts");
  }
  const Link link = link_of(classifier.config());
  const Baseline replacement = Baseline::parse(options_.replacement);
  std::vector<Faithfulness> results;
  std::vector<std::unique_ptr<Trial>> waiting;  // readers point into them
  Index tokens = 0;
  const auto run = [&] {
    std::vector<TokenInput> texts;
    for (const auto& trial : waiting) {
      texts.insert(texts.end(), trial->probes.texts().begin(), trial->probes.texts().end());
    }
    Matrix<double> logits;
    if (!texts.empty()) logits = explainer_.logits(texts, made_with);
    Index row = 0;
    for (const auto& trial : waiting) {
      std::vector<double> probabilities;
      for (std::size_t p = 0; p < trial->probes.texts().size(); ++p, ++row) {
        const std::span<const double> of_text(logits.row(row),
                                              static_cast<std::size_t>(logits.columns()));
        probabilities.push_back(
            probabilities_of(of_text, link)[static_cast<std::size_t>(trial->target)]);
      }
      results.push_back(
          {read(trial->of_text, probabilities), read(trial->of_control, probabilities)});
    }
    waiting.clear();
    tokens = 0;
  };
  for (const Explanation& explanation : explanations) {
    const std::size_t number = results.size() + waiting.size();
    const Rationale* marked = needs_rationales ? &rationales[number] : nullptr;
    std::unique_ptr<Trial> trial =
        plan_trial(scored_text(explanation, classifier, made_with, replacement), explanation,
                   marked, options_);
    tokens += trial->probes.tokens();
    waiting.push_back(std::move(trial));
    if (tokens >= tokens_at_once) run();
  }
  if (!waiting.empty()) run();
  for (std::size_t m = 0; m < options_.measures.size(); ++m) {
    if (options_.measures[m] != Measure::max_sensitivity) continue;
    const std::vector<double> found = sensitivities(explanations, made_with);
    for (std::size_t i = 0; i < results.size(); ++i) results[i].of_scores[m].value = found[i];
  }
  return results;
}

std::vector<double> FaithfulnessTest::sensitivities(std::span<const Explanation> explanations,
                                                    const ExplainOptions& made_with) {
  std::vector<TokenInput> inputs;
  for (const Explanation& explanation : explanations) {
    const Baseline any = Baseline::parse("zero");
    ScoredText text = scored_text(explanation, explainer_.classifier(), made_with, any);
    text.tokens.target = explanation.target_id;
    inputs.push_back(std::move(text.tokens));
  }
  ExplainOptions beside = made_with;
  beside.full_attributions = false;
  std::vector<double> largest(explanations.size(), 0.0);
  for (Index k = 0; k < options_.perturbations; ++k) {
    beside.perturbation =
        Perturbation{options_.radius, options_.seed + static_cast<std::uint64_t>(k)};
    explainer_.explain_ids(inputs, beside, [&](ExplanationResult&& result) {
      const auto i = static_cast<std::size_t>(result.text_index);
      double difference = 0, size = 0;
      for (std::size_t t = 0; t < explanations[i].tokens.size(); ++t) {
        const double score = explanations[i].tokens[t].attribution;
        difference += std::pow(result.explanation.tokens[t].attribution - score, 2);
        size += score * score;
      }
      const double change =
          size > 0 ? std::sqrt(difference / size) : std::numeric_limits<double>::quiet_NaN();
      largest[i] = std::isnan(change) ? change : std::max(largest[i], change);
    });
  }
  return largest;
}

}  // namespace integrad
