#include "integrad/faithfulness/compare_baselines.h"

#include <algorithm>

#include "integrad/attribution/baseline.h"
#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::size_t texts_at_once = 32;

/// Explanations from one baseline, and what their tests said.
struct Tested {
  ExplainOptions options;
  std::vector<Faithfulness> texts;
};

std::vector<Explanation> explain(Explainer& explainer, std::span<const TextInput> texts,
                                 std::size_t first, const ExplainOptions& options) {
  try {
    return explainer.explain(texts, options);
  } catch (const NumericalError& error) {
    throw NumericalError("texts from number " + std::to_string(first + 1) + " on: " + error.what());
  }
}

}  // namespace

std::vector<BaselineSummary> compare_baselines(Explainer& explainer,
                                               std::span<const TextInput> texts,
                                               const ExplainOptions& explain_options,
                                               const FaithfulnessOptions& options,
                                               const OnCompared& on_compared) {
  if (explain_options.target == "all" || explain_options.threshold) {
    throw UsageError("one explanation a text is tested; name one target");
  }
  FaithfulnessTest test(explainer, options);
  std::vector<Tested> baselines;
  for (const std::string& name : split_baselines(explain_options.baseline)) {
    baselines.push_back({explain_options, {}});
    baselines.back().options.baseline = name;
  }
  const auto blocks = (texts.size() + texts_at_once - 1) / texts_at_once;
  double done = 0;  // blocks of a baseline, explained or tested
  std::size_t first = 0;
  const auto tell = [&](double part) {
    done += part;
    if (!on_compared) return;
    on_compared(done / static_cast<double>(2 * blocks * baselines.size()),
                static_cast<Index>(first));
  };
  for (; first < texts.size(); first += texts_at_once) {
    const auto block = texts.subspan(first, std::min(texts_at_once, texts.size() - first));
    for (Tested& baseline : baselines) {
      baseline.options.on_progress = [&](Index) { tell(0); };
      const auto explanations = explain(explainer, block, first, baseline.options);
      tell(1);
      for (Faithfulness& found : test.measure(explanations, baseline.options)) {
        baseline.texts.push_back(std::move(found));
      }
      tell(1);
    }
  }
  std::vector<BaselineSummary> summaries;
  for (const Tested& baseline : baselines) {
    summaries.push_back(
        {baseline.options.baseline, summarize(baseline.texts, options.measures, options.seed), {}});
    if (&baseline == &baselines.front()) continue;
    summaries.back().over_first =
        gains_over(baseline.texts, baselines.front().texts, options.measures, options.seed);
  }
  return summaries;
}

}  // namespace integrad
