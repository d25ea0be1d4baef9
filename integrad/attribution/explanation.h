// An explanation: which tokens carried a prediction, and the proof that they add up. A value;
// nothing points back to the model. The renderers see this header and spans.h, nothing below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "integrad/attribution/algorithm.h"
#include "integrad/attribution/head_integral.h"
#include "integrad/base/matrix.h"

namespace integrad {

/// One token and its share of F(x) − F(x').
struct TokenAttribution {
  std::string token;  // the vocabulary's piece
  std::int32_t id = 0;
  Index start = 0, end = 0;   // bytes of the text of `segment`; 0, 0 for special tokens
  std::optional<Index> word;  // number of the word in its text; none for special tokens
  int segment = 0;            // 0: text, 1: text_pair
  bool special = false;       // added by the tokenizer: [CLS], [SEP]
  double attribution = 0;
  std::optional<double> error = {};  // estimated of the integral; none where a fixed rule took it
  bool operator==(const TokenAttribution&) const = default;
};

/// A run of tokens and the exact sum of their attributions: a word, a sentence, or one special
/// token (then `special`, and the text is empty). The spans of an explanation cover every token
/// once, so their sum is the sum over the tokens.
struct SpanAttribution {
  std::string text;          // the user's own characters
  Index start = 0, end = 0;  // bytes of the text of `segment`
  int segment = 0;
  bool special = false;
  Index first_token = 0, last_token = 0;  // tokens [first_token, last_token)
  double attribution = 0;
  std::optional<double> error = {};  // Σ of the tokens' errors, a bound
  bool operator==(const SpanAttribution&) const = default;
};

/// A part of a long text that the model read at once.
struct TextWindow {
  Index first_token = 0, last_token = 0;  // tokens [first_token, last_token) of the explanation
  std::vector<double> probabilities;      // one a class, as if the window were all there is
  std::vector<double> logits;
  bool operator==(const TextWindow&) const = default;
};

/// What one of several baselines gives.
struct BaselineScores {
  std::string baseline;              // its name
  double baseline_value = 0;         // F(x')
  double delta = 0;                  // completeness gap
  std::vector<double> attributions;  // one a token
  bool operator==(const BaselineScores&) const = default;
};

/// Attributions of one text for one class.
struct Explanation {
  std::string text;
  std::optional<std::string> text_pair;
  std::string predicted;  // label with the largest probability
  Index predicted_id = 0;
  /// What the model says holds, the likeliest first: predicted_id, or of several labels at once all
  /// that reach the threshold (it may be none).
  std::vector<Index> predicted_ids;
  /// One a class: softmax; sigmoid (several labels at once, one logit); the value (regression).
  std::vector<double> probabilities;
  std::vector<double> logits;  // of a document in windows: the mean of the windows'
  std::string target;          // label that is explained
  Index target_id = 0;
  double value = 0;           // F(x): the target's score at the input
  double baseline_value = 0;  // F(x'): … at the baseline
  double delta = 0;           // completeness gap Σ attributions − (F(x) − F(x'))
  Algorithm algorithm = Algorithm::integrated_gradients;
  Index evaluations = 0;                 // gradients evaluated; of occlusion, values
  std::optional<double> relative_error;  // estimated, of all token scores in L2
  bool converged = true;                 // false: more points than allowed would have been needed
  Index truncated_tokens = 0;            // tokens of the text dropped because it was too long
  std::vector<TokenAttribution> tokens;
  std::vector<SpanAttribution> words;
  std::vector<SpanAttribution> sentences;
  std::vector<TextWindow> windows;  // empty where the model read the whole text at once
  /// Of several baselines what each gives; then all numbers above that depend on a baseline are
  /// means over them (evaluations: the sum). Empty with one baseline.
  std::vector<BaselineScores> baselines;
  bool operator==(const Explanation&) const = default;
};

/// Which model made an explanation.
struct ModelCard {
  std::string path;
  std::string family;               // config.json's model_type
  std::vector<std::string> labels;  // in order of the class number
  std::string sha256;               // of the weight file(s), hexadecimal; may be empty
  bool operator==(const ModelCard&) const = default;
};

/// How it was made; the words are those of the command line.
struct ExplanationSettings {
  std::string layer;  // "embeddings", "word_embeddings", "layer.K"
  bool layer_input = false;
  std::string baseline;  // "pad", "mask", "unk", "zero", "text:…", "ids:…", several with commas
  std::string score;     // "probability", "logit", "log_odds"
  std::string method;    // quadrature rule; "" where nothing is integrated
  Index n_steps = 0;     // of "auto" the most; random points; 0 where neither
  std::optional<Index> max_length;
  std::string backend;                  // "cpu", "reference"
  std::string precision;                // "f32", "f64"
  std::optional<double> threshold;      // of several labels at once: from where on one is predicted
  std::string long_texts = "truncate";  // or "windows"
  std::optional<Index> window;          // tokens of a window, specials included
  std::optional<Index> stride;          // tokens that neighbours share; none: a quarter
  std::optional<double> tolerance = {};            // of method "auto"
  std::string algorithm = "integrated_gradients";  // algorithm.h
  std::optional<double> noise = {};                // of noisy inputs
  std::optional<std::uint64_t> seed = {};          // of algorithms that draw
  std::string head = "sampled";                    // or "exact" (head_integral.h)
  bool operator==(const ExplanationSettings&) const = default;
};

/// What the renderers write and `parse_json` reads back.
struct ExplanationDocument {
  ModelCard model;
  ExplanationSettings settings;
  std::vector<Explanation> explanations;
  bool operator==(const ExplanationDocument&) const = default;
};

}  // namespace integrad
