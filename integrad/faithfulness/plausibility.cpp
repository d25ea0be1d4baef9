#include "integrad/faithfulness/plausibility.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "integrad/faithfulness/ranking.h"

namespace integrad {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double count(const std::vector<bool>& set) {
  return static_cast<double>(std::count(set.begin(), set.end(), true));
}

}  // namespace

double area_under_precision_recall(std::span<const double> scores,
                                   const std::vector<bool>& marked) {
  const double all = count(marked);
  if (all == 0) return none;
  std::vector<std::size_t> positions(scores.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  const std::vector<std::size_t> order = by_score(scores, positions);
  double area = 0, recall = 0, precision = 1, hits = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (marked[order[i]]) ++hits;
    const bool tie = i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]];
    if (tie) continue;  // equal scores are taken together
    const double next_recall = hits / all, next_precision = hits / static_cast<double>(i + 1);
    area += (next_recall - recall) * (precision + next_precision) / 2;
    recall = next_recall;
    precision = next_precision;
  }
  return area;
}

Overlap overlap(const std::vector<bool>& chosen, const std::vector<bool>& marked) {
  if (count(marked) == 0) return {none, none};
  double both = 0;
  for (std::size_t i = 0; i < marked.size(); ++i) both += chosen[i] && marked[i] ? 1 : 0;
  const double sizes = count(chosen) + count(marked);
  return {2 * both / sizes, both / (sizes - both)};
}

double plausibility(Measure measure, const ScoredText& text, double share) {
  if (text.marked.empty()) return none;
  std::vector<double> scores;
  std::vector<bool> marked;
  for (const std::size_t position : text.ordinary) {
    scores.push_back(text.scores[position]);
    marked.push_back(text.marked[position]);
  }
  if (scores.empty()) return none;
  if (measure == Measure::auprc) return area_under_precision_recall(scores, marked);
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  order = by_score(scores, order);
  const long wanted = std::lround(share * static_cast<double>(order.size()));
  order.resize(std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, order.size()));
  std::vector<bool> chosen(scores.size(), false);
  for (const std::size_t position : order) chosen[position] = true;
  const Overlap found = overlap(chosen, marked);
  return measure == Measure::token_f1 ? found.f1 : found.iou;
}

}  // namespace integrad
