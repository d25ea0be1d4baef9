#include "integrad/faithfulness/comparison.h"

#include <algorithm>
#include <chrono>

#include "integrad/attribution/baseline.h"
#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::size_t texts_at_once = 32;

/// A candidate's explanations, and what their tests said.
struct Tested {
  ExplainOptions options;
  std::vector<Faithfulness> texts;
  Index evaluations = 0;
  double seconds = 0;
};

ExplainOptions options_of(const Candidate& candidate, ExplainOptions options) {
  options.algorithm = candidate.algorithm;
  options.baseline = candidate.baseline;
  if (candidate.algorithm != Algorithm::integrated_gradients) {
    const ExplainOptions usual;
    options.method = usual.method;
    options.head = usual.head;
    options.tolerance = usual.tolerance;
    options.max_steps = usual.max_steps;
  }
  return options;
}

std::vector<Explanation> explain(Explainer& explainer, std::span<const TextInput> texts,
                                 std::size_t first, Tested& candidate) {
  try {
    const auto begin = std::chrono::steady_clock::now();
    auto explanations = explainer.explain(texts, candidate.options);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    candidate.seconds += taken.count();
    for (const Explanation& e : explanations) candidate.evaluations += e.evaluations;
    return explanations;
  } catch (const NumericalError& error) {
    throw NumericalError("texts from number " + std::to_string(first + 1) + " on: " + error.what());
  }
}

std::vector<CandidateSummary> summaries_of(std::span<const Tested> tested,
                                           const FaithfulnessOptions& options) {
  std::vector<CandidateSummary> summaries;
  const Tested& first = tested.front();
  const auto count = static_cast<double>(std::max<std::size_t>(1, first.texts.size()));
  for (const Tested& candidate : tested) {
    CandidateSummary summary;
    summary.algorithm = candidate.options.algorithm;
    summary.baseline = candidate.options.baseline;
    summary.measures = summarize(candidate.texts, options.measures, options.seed);
    summary.evaluations = static_cast<double>(candidate.evaluations) / count;
    summary.seconds = candidate.seconds / count;
    if (&candidate != &first) {
      const bool same_baseline = candidate.options.baseline == first.options.baseline;
      summary.over_first =
          gains_over(candidate.texts, first.texts, options.measures, same_baseline, options.seed);
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace

std::vector<Candidate> candidates(std::span<const Algorithm> algorithms,
                                  const std::string& baselines) {
  std::vector<Candidate> all;
  const auto names = split_baselines(baselines);
  for (std::size_t a = 0; a < algorithms.size(); ++a) {
    const auto before = algorithms.first(a);
    if (std::find(before.begin(), before.end(), algorithms[a]) != before.end()) {
      throw UsageError("algorithm " + std::string(to_string(algorithms[a])) + " comes twice");
    }
    for (const std::string& name : names) {
      if (&name == &names.front() || has_baseline(algorithms[a])) {
        all.push_back({algorithms[a], name});
      }
    }
  }
  return all;
}

std::vector<CandidateSummary> compare_explanations(Explainer& explainer, const TestTexts& texts,
                                                   std::span<const Candidate> candidates,
                                                   const ExplainOptions& explain_options,
                                                   const FaithfulnessOptions& options,
                                                   const OnCompared& on_compared,
                                                   const OnExplained& on_explained) {
  if (explain_options.target == "all" || explain_options.threshold) {
    throw UsageError("one explanation a text is tested; name one target");
  }
  if (candidates.empty()) throw UsageError("nothing to compare; name an algorithm");
  FaithfulnessTest test(explainer, options);
  std::vector<Tested> tested;
  for (const Candidate& candidate : candidates) {
    tested.push_back({options_of(candidate, explain_options), {}, 0, 0});
  }
  const std::size_t count = texts.inputs.size();
  const auto blocks = (count + texts_at_once - 1) / texts_at_once;
  double done = 0;  // blocks of a candidate, explained or tested
  std::size_t first = 0;
  const auto tell = [&](double part) {
    done += part;
    if (!on_compared) return;
    on_compared(done / static_cast<double>(2 * blocks * tested.size()), static_cast<Index>(first));
  };
  for (; first < count; first += texts_at_once) {
    const std::size_t size = std::min(texts_at_once, count - first);
    const auto block = texts.inputs.subspan(first, size);
    const auto rationales =
        texts.rationales.empty() ? texts.rationales : texts.rationales.subspan(first, size);
    for (std::size_t c = 0; c < tested.size(); ++c) {
      Tested& candidate = tested[c];
      candidate.options.on_progress = [&](Index) { tell(0); };
      auto explanations = explain(explainer, block, first, candidate);
      tell(1);
      for (Faithfulness& found : test.measure(explanations, candidate.options, rationales)) {
        candidate.texts.push_back(std::move(found));
      }
      tell(1);
      for (std::size_t i = 0; on_explained && i < explanations.size(); ++i) {
        on_explained(c, static_cast<Index>(first + i), std::move(explanations[i]));
      }
    }
  }
  return summaries_of(tested, options);
}

}  // namespace integrad
