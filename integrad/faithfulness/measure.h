// The measures of faithfulness and plausibility by name: what they are and what is good.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace integrad {

/// p is the explained class's probability, x the text, k the share `top` (20 %) of all its tokens,
/// special ones too, rounded down, with the largest scores (Sanyal and Ren 2021 after DeYoung et
/// al. 2020). AOPC means over 10, 20, … 100 % of the tokens that are not special, of those with
/// positive scores only, as ferret does (Attanasio et al. 2023).
enum class Measure {
  comprehensiveness,       // p(x) − p(x without the k): large is good
  sufficiency,             // p(x) − p(the k alone): small is good
  log_odds,                // log p(x, the k replaced by the baseline's tokens) − log p(x): small
  aopc_comprehensiveness,  // mean over shares of p(x) − p(x without the top share): large
  aopc_sufficiency,  // mean over shares of p(x) − p(the top share, and special tokens): small
  deletion,          // area under p while the top 0, 5, … 100 % are replaced: small is good
  insertion,         // … while they come back, all others replaced: large is good
  loo_correlation,   // Kendall's τ_b of scores and p(x) − p(x without the token): large
  infidelity,  // mean (β Σ_S scores − (p(x) − p(x, S as in the baseline)))² over random
               // sets S, with the best β (Yeh et al. 2019, normalised): small is good
  max_sensitivity,  // largest ‖scores(x + noise) − scores‖₂ / ‖scores‖₂ over small noise (Yeh et
                    // al. 2019): small is good; of explanations, not of orders
  // Plausibility: agreement with the tokens that people marked (plausibility.h).
  auprc,      // area under precision over recall of the scores: large
  token_f1,   // F1 of as large a share of the tokens as people mark in the mean: large
  token_iou,  // … intersection over union: large
};

inline constexpr std::array<Measure, 13> all_measures{Measure::comprehensiveness,
                                                      Measure::sufficiency,
                                                      Measure::log_odds,
                                                      Measure::aopc_comprehensiveness,
                                                      Measure::aopc_sufficiency,
                                                      Measure::deletion,
                                                      Measure::insertion,
                                                      Measure::loo_correlation,
                                                      Measure::infidelity,
                                                      Measure::max_sensitivity,
                                                      Measure::auprc,
                                                      Measure::token_f1,
                                                      Measure::token_iou};
/// Those of faithfulness but max_sensitivity, which explains every text again several times.
inline constexpr std::array<Measure, 9> usual_measures = [] {
  std::array<Measure, 9> usual{};
  for (std::size_t i = 0; i < usual.size(); ++i) usual[i] = all_measures[i];
  return usual;
}();

inline constexpr std::array<Measure, 3> plausibility_measures{Measure::auprc, Measure::token_f1,
                                                              Measure::token_iou};

/// The measure called `name`; throws UsageError listing the names.
Measure parse_measure(std::string_view name);
std::string_view to_string(Measure measure);
/// Whether a faithful explanation makes it large.
bool large_is_good(Measure measure);
/// Whether texts are changed towards the explanation's own baseline, so that values of different
/// baselines cannot be compared.
bool depends_on_baseline(Measure measure);
/// Whether it needs what people marked (rationale.h).
bool needs_rationale(Measure measure);

/// A measure's value for one text; NaN where it has none. Areas keep their curve.
struct Reading {
  double value = 0;
  std::vector<double> curve;
};

}  // namespace integrad
