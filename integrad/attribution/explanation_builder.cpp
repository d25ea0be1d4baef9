#include "integrad/attribution/explanation_builder.h"

#include <algorithm>
#include <cmath>

#include "integrad/attribution/integrate.h"
#include "integrad/attribution/spans.h"
#include "integrad/base/error.h"

namespace integrad {
namespace {

void check_finite(const Explanation& explanation, Index index) {
  bool finite = std::isfinite(explanation.delta) && std::isfinite(explanation.value);
  for (const double logit : explanation.logits) finite = finite && std::isfinite(logit);
  for (const auto& token : explanation.tokens) finite = finite && std::isfinite(token.attribution);
  if (finite) return;
  throw NumericalError("text " + std::to_string(index + 1) + " (\"" + excerpt(explanation.text) +
                       "\"): a result is not a finite number; check the model's weights for "
                       "overflow, for example with backend reference");
}

}  // namespace

bool several_labels(const ModelConfig& config) { return config.problem == Problem::multi_label; }

void set_windows(ConstMatrixView<double> logits, const ModelConfig& config,
                 std::span<TextWindow> windows) {
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const double* row = logits.row(static_cast<Index>(w));
    windows[w].logits.assign(row, row + logits.columns);
    windows[w].probabilities = probabilities_of(windows[w].logits, link_of(config));
  }
}

std::string excerpt(const std::string& text) {
  std::size_t end = std::min<std::size_t>(text.size(), 60);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + (end < text.size() ? "…" : "");
}

Explanation build_explanation(const PreparedText& text, const PathSamples& samples,
                              const ModelConfig& config, const ExplainOptions& options,
                              Index index) {
  const Integral integral = integrate(samples);
  Explanation e;
  e.text = text.input.text;
  e.text_pair = text.input.text_pair;
  set_prediction(samples.outputs_at_input, config, options, e);
  e.target_id = samples.target;
  e.target = config.labels[static_cast<std::size_t>(e.target_id)];
  e.value = integral.value;
  e.baseline_value = integral.baseline_value;
  e.delta = integral.delta;
  e.algorithm = options.algorithm;
  e.evaluations = samples.evaluations;
  e.converged = samples.converged;
  if (!samples.errors.empty()) e.relative_error = samples.relative_error;
  e.truncated_tokens = text.truncated_tokens;
  e.tokens = text.tokens;
  e.windows = text.windows;
  for (std::size_t r = 0; r < text.rows.size(); ++r) {
    e.tokens[static_cast<std::size_t>(text.rows[r])].attribution += integral.attributions[r];
  }
  if (!samples.errors.empty()) {
    for (TokenAttribution& token : e.tokens) token.error = 0;
    for (std::size_t r = 0; r < text.rows.size(); ++r) {
      *e.tokens[static_cast<std::size_t>(text.rows[r])].error += samples.errors[r];
    }
  }
  std::vector<std::string_view> texts{e.text};
  if (e.text_pair) texts.push_back(*e.text_pair);
  std::vector<std::vector<ByteRange>> sentences;
  for (const std::string_view part : texts) sentences.push_back(split_sentences(part));
  e.words = sum_over_words(e.tokens, texts);
  e.sentences = sum_over_sentences(e.tokens, texts, sentences);
  check_finite(e, index);
  return e;
}

Matrix<float> full_attributions(const PreparedText& text, const Matrix<double>& of_rows) {
  Matrix<float> full(static_cast<Index>(text.tokens.size()), of_rows.columns());
  full.fill(0);
  for (Index r = 0; r < of_rows.rows(); ++r) {
    float* row = full.row(text.rows[static_cast<std::size_t>(r)]);
    for (Index c = 0; c < of_rows.columns(); ++c) row[c] += static_cast<float>(of_rows(r, c));
  }
  return full;
}

}  // namespace integrad
