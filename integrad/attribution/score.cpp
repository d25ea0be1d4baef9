#include "integrad/attribution/score.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

double sigmoid_of(double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

/// log Σ exp over the classes, `without` left out (−1: none).
double log_sum_exp(std::span<const double> logits, Index without) {
  double largest = -INFINITY, sum = 0;
  for (std::size_t c = 0; c < logits.size(); ++c) {
    if (static_cast<Index>(c) != without) largest = std::max(largest, logits[c]);
  }
  for (std::size_t c = 0; c < logits.size(); ++c) {
    if (static_cast<Index>(c) != without) sum += std::exp(logits[c] - largest);
  }
  return largest + std::log(sum);
}

/// p = softmax: dp_t/dz_c = p_t (δ_tc − p_c).
double softmax_probability(std::span<const double> logits, std::size_t t, std::span<double> seed) {
  const double normalizer = log_sum_exp(logits, -1);
  const double p = std::exp(logits[t] - normalizer);
  for (std::size_t c = 0; c < logits.size(); ++c) {
    seed[c] = p * ((c == t ? 1.0 : 0.0) - std::exp(logits[c] - normalizer));
  }
  return p;
}

/// log(p/(1 − p)) = z_t − log Σ_{c≠t} exp z_c, whose derivative is 1 and −softmax of the others.
double softmax_log_odds(std::span<const double> logits, std::size_t t, std::span<double> seed) {
  const double others = log_sum_exp(logits, static_cast<Index>(t));
  for (std::size_t c = 0; c < logits.size(); ++c) {
    seed[c] = c == t ? 1.0 : -std::exp(logits[c] - others);
  }
  return logits[t] - others;
}

}  // namespace

Score parse_score(std::string_view name) {
  for (const Score score : {Score::probability, Score::logit, Score::log_odds}) {
    if (to_string(score) == name) return score;
  }
  throw UsageError("unknown score \"" + std::string(name) +
                   "\"; choose one of probability, logit, log_odds");
}

std::string_view to_string(Score score) {
  switch (score) {
    case Score::probability:
      return "probability";
    case Score::logit:
      return "logit";
    case Score::log_odds:
      break;
  }
  return "log_odds";
}

Link link_of(const ModelConfig& config) {
  if (config.problem == Problem::regression) return Link::identity;
  return config.sigmoid() ? Link::sigmoid : Link::softmax;
}

std::vector<double> probabilities_of(std::span<const double> logits, Link link) {
  std::vector<double> probabilities(logits.begin(), logits.end());
  if (link == Link::identity) return probabilities;
  const double normalizer = link == Link::softmax ? log_sum_exp(logits, -1) : 0;
  for (double& p : probabilities) {
    p = link == Link::softmax ? std::exp(p - normalizer) : sigmoid_of(p);
  }
  return probabilities;
}

double evaluate_score(Score score, Link link, std::span<const double> logits, Index target,
                      std::span<double> seed) {
  const auto t = static_cast<std::size_t>(target);
  if (link == Link::softmax && score == Score::probability) {
    return softmax_probability(logits, t, seed);
  }
  if (link == Link::softmax && score == Score::log_odds) return softmax_log_odds(logits, t, seed);
  std::fill(seed.begin(), seed.end(), 0.0);
  seed[t] = 1;
  // A sigmoid's log-odds are its logit.
  if (link != Link::sigmoid || score != Score::probability) return logits[t];
  const double p = sigmoid_of(logits[t]);
  seed[t] = p * (1 - p);
  return p;
}

}  // namespace integrad
