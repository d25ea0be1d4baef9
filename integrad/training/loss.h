// How far logits are from labels, and the derivative.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/models/model_config.h"

namespace integrad {

/// What a text is said to be: the number of its class (single label), 0 or 1 a class (several
/// labels), or a value a logit (regression).
using Label = std::vector<double>;

/// The problem that a model is trained for, as transformers decides: what config.json says, and
/// regression where it says nothing and there is one logit.
Problem training_problem(const ModelConfig& config);

/// "single_label", "multi_label" or "regression"; throws UsageError for others.
Problem parse_problem(const std::string& name);
std::string to_string(Problem problem);

/// Throws UsageError when a label does not fit: another count of numbers, no class of that number,
/// not 0 or 1, not finite.
void check_label(Problem problem, Index classes, const Label& label);

/// Σ over texts of: cross entropy −log softmax(z)_label; binary cross entropy of sigmoids or
/// squared error, averaged over logits. d_logits (texts × classes), unless empty, is its derivative
/// times `weight`, which 1/N makes PyTorch's mean over N texts.
template <class T>
double evaluate_loss(Problem problem, ConstMatrixView<T> logits, std::span<const Label> labels,
                     double weight, MatrixView<T> d_logits);

}  // namespace integrad
