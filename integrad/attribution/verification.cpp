#include "integrad/attribution/verification.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "integrad/attribution/classifier_function.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/target.h"
#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr Index short_length = 12;  // tokens that the reference is asked for

/// ‖a − b‖ / ‖b‖ over all token scores.
double relative_distance(std::span<const Explanation> a, std::span<const Explanation> b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    for (std::size_t t = 0; t < b[i].tokens.size(); ++t) {
      const double exact = b[i].tokens[t].attribution;
      difference += std::pow(a[i].tokens[t].attribution - exact, 2);
      norm += exact * exact;
    }
  }
  if (norm == 0) return difference == 0 ? 0 : INFINITY;
  return std::sqrt(difference / norm);
}

double largest_gap(std::span<const Explanation> explanations) {
  double gap = 0;
  for (const Explanation& e : explanations) gap = std::max(gap, std::abs(e.delta));
  return gap;
}

double largest_special(std::span<const Explanation> explanations) {
  double largest = 0;
  for (const Explanation& e : explanations) {
    for (const TokenAttribution& token : e.tokens) {
      if (token.special) largest = std::max(largest, std::abs(token.attribution));
    }
  }
  return largest;
}

/// |a − b| / (1 + |b|) of the logits, the largest.
double logit_distance(std::span<const Explanation> a, std::span<const Explanation> b) {
  double distance = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    for (std::size_t c = 0; c < b[i].logits.size(); ++c) {
      const double exact = b[i].logits[c];
      distance = std::max(distance, std::abs(a[i].logits[c] - exact) / (1 + std::abs(exact)));
    }
  }
  return distance;
}

/// Pearson's correlation of the scores of a text's ordinary tokens, the mean over texts of several.
double correlation(std::span<const Explanation> a, std::span<const Explanation> b) {
  double sum = 0, texts = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    double n = 0, of_a = 0, of_b = 0, aa = 0, bb = 0, ab = 0;
    for (std::size_t t = 0; t < b[i].tokens.size(); ++t) {
      if (b[i].tokens[t].special) continue;
      const double x = a[i].tokens[t].attribution, y = b[i].tokens[t].attribution;
      n += 1, of_a += x, of_b += y, aa += x * x, bb += y * y, ab += x * y;
    }
    const double variances = (aa - of_a * of_a / n) * (bb - of_b * of_b / n);
    if (n < 2 || !(variances > 0)) continue;
    sum += (ab - of_a * of_b / n) / std::sqrt(variances);
    texts += 1;
  }
  return texts > 0 ? sum / texts : 0;
}

/// ‖a − b‖ / ‖b‖ by the error that `a` reports; of the text where that is largest.
double error_by_reported(std::span<const Explanation> a, std::span<const Explanation> b) {
  constexpr double rounding = 1e-5;  // of float32, which no estimate knows
  double largest = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const double error = relative_distance(a.subspan(i, 1), b.subspan(i, 1));
    if (error > rounding) largest = std::max(largest, error / a[i].relative_error.value_or(0));
  }
  return largest;
}

/// The log-odds of one class as a function of word embeddings (rows × hidden), in float64.
class LogOdds {
 public:
  LogOdds(const Classifier<double>& network, const TokenBatch& batch, int threads)
      : link_(link_of(network.config())),
        workspace_(make_backend<double>("reference", threads)),
        function_(network, Cut::word_embeddings, std::span(&batch, 1), workspace_),
        outputs_(1, network.config().classes()),
        seed_(1, network.config().classes()) {
    points_.append(batch.sequences.rows());
    network.forward_to(Cut::word_embeddings, batch, workspace_, embeddings_);
    function_.forward(points_, path_, embeddings_.view(), outputs_);
    target_ = largest({outputs_.row(0), static_cast<std::size_t>(outputs_.columns())});
  }

  const Matrix<double>& embeddings() const { return embeddings_; }

  double value(const Matrix<double>& point) {
    function_.forward(points_, path_, point.view(), outputs_);
    const auto classes = static_cast<std::size_t>(outputs_.columns());
    return evaluate_score(Score::log_odds, link_, {outputs_.row(0), classes}, target_,
                          {seed_.row(0), classes});
  }

  void gradient(const Matrix<double>& point, Matrix<double>& result) {
    value(point);
    result.resize(point.rows(), point.columns());
    function_.backward(seed_.view(), result.view());
  }

 private:
  Link link_;
  Workspace<double> workspace_;
  ClassifierFunction<double> function_;
  Sequences points_;
  std::vector<Index> path_{0};
  Matrix<double> embeddings_, outputs_, seed_;
  Index target_ = 0;
};

/// Central differences (F(x + h d) − F(x − h d)) / 2h against ∇F · d, relative, over three random
/// directions d of the size of x.
double gradient_error(const Classifier<double>& network, const TokenBatch& batch, int threads) {
  constexpr double h = 1e-5;  // truncation and rounding are both near 1e-10
  LogOdds f(network, batch, threads);
  const Matrix<double>& x = f.embeddings();
  const Index size = x.rows() * x.columns();
  double squares = 0;
  for (Index i = 0; i < size; ++i) squares += x.data()[i] * x.data()[i];
  std::normal_distribution<double> normal(0, std::sqrt(squares / static_cast<double>(size)));
  std::mt19937_64 random(1);
  Matrix<double> gradient, direction(x.rows(), x.columns()), moved(x.rows(), x.columns());
  f.gradient(x, gradient);
  const auto value_at = [&](double step) {
    for (Index i = 0; i < size; ++i) moved.data()[i] = x.data()[i] + step * direction.data()[i];
    return f.value(moved);
  };
  double difference = 0, norm = 0;
  for (int trial = 0; trial < 3; ++trial) {
    double slope = 0;
    for (Index i = 0; i < size; ++i) {
      direction.data()[i] = normal(random);
      slope += gradient.data()[i] * direction.data()[i];
    }
    difference += std::pow((value_at(h) - value_at(-h)) / (2 * h) - slope, 2);
    norm += slope * slope;
  }
  if (norm == 0) return difference == 0 ? 0 : INFINITY;
  return std::sqrt(difference / norm);
}

class Verification {
 public:
  Verification(const std::filesystem::path& directory, std::span<const TextInput> texts,
               int threads, const OnVerificationResult& on_result)
      : directory_(directory),
        texts_(texts),
        threads_(threads),
        on_result_(on_result),
        classifier_(TextClassifier::load(directory)),
        explainer_(classifier_, ComputeOptions{.threads = threads}) {
    options_.n_steps = 50;
    if (!classifier_.tokenizer().special_tokens().pad) options_.baseline = "zero";
  }

  std::vector<VerificationResult> run() {
    completeness();
    estimate();
    batches();
    weights();
    backends();
    return std::move(results_);
  }

 private:
  void add(std::string name, std::string measure, double measured, double bound) {
    results_.push_back({std::move(name), std::move(measure), measured, bound, measured <= bound});
    if (on_result_) on_result_(results_.back());
  }

  void completeness() {
    const ModelConfig& config = classifier_.config();
    const bool jumps =
        config.activation == Activation::relu || config.head.activation == Activation::relu;
    together_ = explainer_.explain(texts_, options_);
    add("completeness, 50 nodes", "largest |gap|", largest_gap(together_), jumps ? 5e-2 : 1e-2);
    ExplainOptions fine = options_;
    fine.n_steps = 200;
    add("completeness, 200 nodes", "largest |gap|", largest_gap(explainer_.explain(texts_, fine)),
        jumps ? 2e-2 : 1e-3);
    add("special tokens get 0", "largest |score|", largest_special(together_), 0);
  }

  void estimate() {
    ExplainOptions fine = options_, automatic = options_;
    fine.n_steps = 512;
    automatic.n_steps.reset();
    const auto exact = explainer_.explain(texts_, fine);
    add("error estimate, auto", "true / reported",
        error_by_reported(explainer_.explain(texts_, automatic), exact), 1);
  }

  /// Explanations of what the weights never learned must be others (Adebayo et al. 2018): first the
  /// head is unlearned, then the last block too, and so on.
  void weights() {
    TextClassifier unlearned = TextClassifier::load(directory_);
    double closest = -1, last = 0;
    for (Index block = classifier_.config().blocks; block >= 0; --block) {
      unlearned.unlearn(block, 1);
      Explainer explainer(unlearned, ComputeOptions{.threads = threads_});
      std::vector<Explanation> others;
      for (std::size_t i = 0; i < texts_.size(); ++i) {
        ExplainOptions same_class = options_;
        same_class.target = together_[i].target;
        others.push_back(explainer.explain(texts_.subspan(i, 1), same_class).front());
      }
      last = correlation(others, together_);
      closest = std::max(closest, last);
    }
    add("unlearned, any layer", "correlation", closest, 0.98);
    add("unlearned, all layers", "correlation", last, 0.8);
  }

  void batches() {
    std::vector<Explanation> alone;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      alone.push_back(explainer_.explain(texts_.subspan(i, 1), options_).front());
    }
    add("batch = single", "relative L2", relative_distance(alone, together_), 1e-6);
    ExplainOptions chunked = options_;
    chunked.internal_batch_size = 3;
    add("chunks of 3 = unchunked", "relative L2",
        relative_distance(explainer_.explain(texts_, chunked), together_), 1e-6);
  }

  void backends() {
    const auto exact = TextClassifier::load(directory_, "reference");
    Explainer reference(exact, ComputeOptions{.threads = threads_});
    ExplainOptions quick = options_;
    quick.n_steps = 3;
    quick.max_length = short_length;
    const auto texts = texts_.first(1);
    const auto a = explainer_.explain(texts, quick);
    const auto b = reference.explain(texts, quick);
    add("backends agree, logits", "largest relative", logit_distance(a, b), 2e-5);
    add("backends agree, scores", "relative L2", relative_distance(a, b), 5e-5);
    const PreparedText text = prepare(texts_[0], exact, quick);
    add("gradient = differences", "relative",
        gradient_error(std::get<Classifier<double>>(exact.network()), text.path.input, threads_),
        1e-6);
  }

  std::filesystem::path directory_;
  std::span<const TextInput> texts_;
  int threads_;
  const OnVerificationResult& on_result_;
  TextClassifier classifier_;
  Explainer explainer_;
  ExplainOptions options_;
  std::vector<Explanation> together_;
  std::vector<VerificationResult> results_;
};

}  // namespace

std::vector<TextInput> verification_texts() {
  return {{"I love you, I like you, but I also kind of dislike you", {}},
          {"I love you, I like you", {}},
          {"Everything is so nice about you", {}}};
}

std::vector<VerificationResult> verify(const std::filesystem::path& directory,
                                       std::span<const TextInput> texts, int threads,
                                       const OnVerificationResult& on_result) {
  if (texts.empty()) throw UsageError("verification needs at least one text");
  return Verification(directory, texts, threads, on_result).run();
}

}  // namespace integrad
