// The main door: text in, attributions out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/attribution/options.h"
#include "integrad/attribution/text_classifier.h"

namespace integrad {

/// A text, or a pair of texts.
struct TextInput {
  std::string text;
  std::optional<std::string> text_pair;
};

/// A tokenised text, padded or not: entries with attention_mask 0 are dropped before anything is
/// computed and get exactly 0. Empty mask: all ones; empty type_ids: all zeros.
struct TokenInput {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> attention_mask;
  std::vector<std::int32_t> type_ids;
  /// Where this text's path starts: one id a token. Empty: as the options say.
  std::vector<std::int32_t> baseline_ids = {};
  /// Number of the class that is explained. None: as the options say.
  std::optional<Index> target = {};
};

/// A prediction without explanation.
struct Prediction {
  std::string text;
  std::optional<std::string> text_pair;
  std::string predicted;
  Index predicted_id = 0;
  std::vector<Index> predicted_ids;  // these three as in Explanation
  std::vector<double> probabilities;
  std::vector<double> logits;
  Index truncated_tokens = 0;
  std::vector<TextWindow> windows;  // tokens [first_token, last_token) of the whole encoding
};

/// An explanation with what only some callers want.
struct ExplanationResult {
  Explanation explanation;
  Index text_index = 0;             // of the input
  Matrix<float> full_attributions;  // (tokens × hidden) when asked for
};

/// What flows through a layer.
struct LayerExplanation {
  std::string layer;        // as --layer names it: its output
  Explanation explanation;  // adds up to F(x) − F(x') like any other
};

/// Receives results in the order of the inputs (of several targets: class after class).
using ResultSink = std::function<void(ExplanationResult&&)>;

/// Belongs to one thread at a time; the classifier may be shared and must outlive it. Errors:
/// UsageError (options), TokenizerError (invalid UTF-8), NumericalError (naming the text).
class Explainer {
 public:
  /// Throws UsageError for a precision that the classifier's backend does not know.
  explicit Explainer(const TextClassifier& classifier, const ComputeOptions& compute = {});
  Explainer(Explainer&&) noexcept;
  Explainer& operator=(Explainer&&) noexcept;
  ~Explainer();

  const TextClassifier& classifier() const;

  /// Integrated gradients of one text; of several targets the first only.
  Explanation explain(std::string_view text, const ExplainOptions& options = {});
  /// One explanation a text (and class, where the target is several), in order.
  std::vector<Explanation> explain(std::span<const TextInput> texts,
                                   const ExplainOptions& options = {});
  /// The same for any number of texts: memory stays bounded, results are handed over as they come.
  void explain(std::span<const TextInput> texts, const ExplainOptions& options,
               const ResultSink& sink);
  void explain_ids(std::span<const TokenInput> inputs, const ExplainOptions& options,
                   const ResultSink& sink);

  /// Layer conductance of a text: integrated gradients where the path begins (options.layer), then
  /// what flows through the tokens of each later layer on the same path, but the last, of which the
  /// head reads a row or a mean. `n_steps` trapezoids; one target, the first; one baseline; other
  /// algorithms, `automatic`, full attributions, thresholds and texts in windows are refused.
  std::vector<LayerExplanation> conductance(const TextInput& input,
                                            const ExplainOptions& options = {});

  /// Labels and probabilities; of the options only max_length, long_texts, window, stride,
  /// threshold, replace_invalid and the memory bounds are read.
  std::vector<Prediction> predict(std::span<const TextInput> texts,
                                  const ExplainOptions& options = {});
  /// Logits of tokenised inputs: (inputs × classes). Of the options only the memory bounds and
  /// on_progress are read.
  Matrix<double> logits(std::span<const TokenInput> inputs, const ExplainOptions& options = {});

  /// The settings that an explanation with these options is made with.
  ExplanationSettings settings(const ExplainOptions& options) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace integrad
