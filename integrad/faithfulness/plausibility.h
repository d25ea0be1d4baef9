// Do explanations name what people name? Scores of tokens beside a rationale (DeYoung et al. 2020).
#pragma once

#include <span>
#include <vector>

#include "integrad/faithfulness/measures.h"

namespace integrad {

/// Area under precision over recall (trapezoids between the points of every different score, from
/// precision 1 at recall 0, as scikit-learn's precision_recall_curve and auc). scores[i] of what
/// marked[i] says; NaN where nothing is marked.
double area_under_precision_recall(std::span<const double> scores, const std::vector<bool>& marked);

/// How well two sets agree; NaN where nothing is marked.
struct Overlap {
  double f1 = 0;   // harmonic mean of precision and recall
  double iou = 0;  // intersection over union
};
Overlap overlap(const std::vector<bool>& chosen, const std::vector<bool>& marked);

/// auprc, token_f1 or token_iou over the tokens that are not special. The latter two choose
/// `share` of them, rounded, at least one, with the largest scores. NaN without a rationale.
double plausibility(Measure measure, const ScoredText& text, double share);

}  // namespace integrad
