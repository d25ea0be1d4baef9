#include "integrad/faithfulness/measures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "integrad/faithfulness/plausibility.h"
#include "integrad/faithfulness/ranking.h"

namespace integrad {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t aopc_shares = 10, curve_steps = 20;

using Positions = std::vector<std::size_t>;

Positions every_position(const ScoredText& text) {
  Positions all(text.tokens.ids.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Those of `all` that `some` has not.
Positions others(const Positions& all, std::span<const std::size_t> some) {
  Positions rest;
  std::copy_if(all.begin(), all.end(), std::back_inserter(rest), [&](std::size_t position) {
    return std::find(some.begin(), some.end(), position) == some.end();
  });
  return rest;
}

/// The top share of all tokens.
Positions top_of_all(const ScoredText& text, double share) {
  Positions order = by_score(text.scores, every_position(text));
  order.resize(static_cast<std::size_t>(share * static_cast<double>(order.size())));
  return order;
}

/// Difference to the whole text's probability; 0 where nothing was changed.
ReadMeasure drop(std::size_t whole, std::size_t probe) {
  return [=](std::span<const double> p) { return Reading{p[whole] - p[probe], {}}; };
}

ReadMeasure undefined() {
  return [](std::span<const double>) { return Reading{none, {}}; };
}

ReadMeasure plan_log_odds(const ScoredText& text, const MeasureOptions& options, Probes& probes) {
  if (text.baseline_ids.empty()) return undefined();
  const std::size_t whole = probes.add(text.tokens);
  const std::size_t probe =
      probes.add(replaced(text.tokens, top_of_all(text, options.top), text.baseline_ids));
  return [=](std::span<const double> p) {
    return Reading{std::log(p[probe]) - std::log(p[whole]), {}};
  };
}

/// The sets of 10, 20, … 100 % of the ordinary tokens, those with positive scores only, each once.
std::vector<Positions> rationales(const ScoredText& text) {
  const Positions order = by_score(text.scores, text.ordinary);
  std::vector<Positions> sets;
  for (std::size_t share = 1; share <= aopc_shares; ++share) {
    Positions top(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::llround(
                                                     static_cast<double>(order.size() * share) /
                                                     static_cast<double>(aopc_shares))));
    while (!top.empty() && text.scores[top.back()] <= 0) top.pop_back();
    if (!top.empty() && (sets.empty() || sets.back() != top)) sets.push_back(std::move(top));
  }
  return sets;
}

ReadMeasure plan_aopc(const ScoredText& text, bool sufficiency, Probes& probes) {
  const std::size_t whole = probes.add(text.tokens);
  Positions numbers;
  for (const Positions& top : rationales(text)) {
    numbers.push_back(
        probes.add(without(text.tokens, sufficiency ? others(text.ordinary, top) : top)));
  }
  if (numbers.empty()) return undefined();  // no token speaks for the class
  return [=](std::span<const double> p) {
    double sum = 0;
    for (const std::size_t number : numbers) sum += p[whole] - p[number];
    return Reading{sum / static_cast<double>(numbers.size()), {}};
  };
}

/// Trapezoids of equal width.
double area(const std::vector<double>& curve) {
  const double ends = (curve.front() + curve.back()) / 2;
  return (std::accumulate(curve.begin(), curve.end(), 0.0) - ends) /
         static_cast<double>(curve.size() - 1);
}

ReadMeasure plan_curve(const ScoredText& text, bool insertion, Probes& probes) {
  const Positions order = by_score(text.scores, text.ordinary);
  Positions numbers;
  for (std::size_t step = 0; step <= curve_steps; ++step) {
    const auto count = static_cast<std::size_t>(
        std::llround(static_cast<double>(order.size() * step) / static_cast<double>(curve_steps)));
    const std::span<const std::size_t> all(order);
    numbers.push_back(probes.add(replaced(
        text.tokens, insertion ? all.subspan(count) : all.first(count), text.replacements)));
  }
  return [=](std::span<const double> p) {
    Reading reading;
    for (const std::size_t number : numbers) reading.curve.push_back(p[number]);
    reading.value = area(reading.curve);
    return reading;
  };
}

ReadMeasure plan_loo(const ScoredText& text, Probes& probes) {
  const std::size_t whole = probes.add(text.tokens);
  Positions numbers;
  std::vector<double> scores;
  for (const std::size_t position : text.ordinary) {
    numbers.push_back(probes.add(without(text.tokens, {&position, 1})));
    scores.push_back(text.scores[position]);
  }
  return [=](std::span<const double> p) {
    std::vector<double> drops;
    for (const std::size_t number : numbers) drops.push_back(p[whole] - p[number]);
    return Reading{kendall_tau(scores, drops), {}};
  };
}

ReadMeasure plan_infidelity(const ScoredText& text, const MeasureOptions& options, Probes& probes) {
  if (text.baseline_ids.empty() || text.ordinary.empty()) return undefined();
  const std::size_t whole = probes.add(text.tokens);
  std::mt19937_64 random(options.seed);
  Positions numbers;
  std::vector<double> sums;
  for (Index s = 0; s < options.subsets; ++s) {
    // Sets of every size alike: first how many of eight, then which.
    const std::uint64_t of_eight = 1 + random() % 7;
    Positions chosen;
    double sum = 0;
    for (const std::size_t position : text.ordinary) {
      if (random() % 8 >= of_eight) continue;
      chosen.push_back(position);
      sum += text.scores[position];
    }
    sums.push_back(sum);
    numbers.push_back(probes.add(replaced(text.tokens, chosen, text.baseline_ids)));
  }
  return [=](std::span<const double> p) {
    double both = 0, square = 0;
    for (std::size_t s = 0; s < sums.size(); ++s) {
      both += sums[s] * (p[whole] - p[numbers[s]]);
      square += sums[s] * sums[s];
    }
    const double scale = square > 0 ? both / square : 0;
    double error = 0;
    for (std::size_t s = 0; s < sums.size(); ++s) {
      error += std::pow(scale * sums[s] - (p[whole] - p[numbers[s]]), 2);
    }
    return Reading{error / static_cast<double>(sums.size()), {}};
  };
}

}  // namespace

ReadMeasure plan_measure(Measure measure, const ScoredText& text, const MeasureOptions& options,
                         Probes& probes) {
  switch (measure) {
    case Measure::comprehensiveness: {
      const std::size_t whole = probes.add(text.tokens);
      return drop(whole, probes.add(without(text.tokens, top_of_all(text, options.top))));
    }
    case Measure::sufficiency: {
      const std::size_t whole = probes.add(text.tokens);
      const Positions top = top_of_all(text, options.top);
      if (top.empty()) return drop(whole, whole);  // 0, as the paper's program says
      return drop(whole, probes.add(without(text.tokens, others(every_position(text), top))));
    }
    case Measure::log_odds:
      return plan_log_odds(text, options, probes);
    case Measure::aopc_comprehensiveness:
      return plan_aopc(text, false, probes);
    case Measure::aopc_sufficiency:
      return plan_aopc(text, true, probes);
    case Measure::deletion:
      return plan_curve(text, false, probes);
    case Measure::insertion:
      return plan_curve(text, true, probes);
    case Measure::loo_correlation:
      return plan_loo(text, probes);
    case Measure::infidelity:
      return plan_infidelity(text, options, probes);
    case Measure::max_sensitivity:  // takes new explanations, not answers (faithfulness.h)
      break;
    case Measure::auprc:
    case Measure::token_f1:
    case Measure::token_iou: {
      const double found = plausibility(measure, text, options.rationale_share);
      return [found](std::span<const double>) { return Reading{found, {}}; };
    }
  }
  return undefined();
}

}  // namespace integrad
