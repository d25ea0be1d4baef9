#include "integrad/render/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "integrad/base/error.h"
#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

using Json = nlohmann::ordered_json;

// Refuses numbers that JSON cannot hold.
class FiniteNumbers {
 public:
  explicit FiniteNumbers(std::string_view text) : text_(text) {}

  double operator()(double value, std::string_view name) const {
    if (std::isfinite(value)) return value;
    throw NumericalError("the " + std::string(name) + " of the text \"" + start_of(text_) +
                         "\" is not a finite number: try precision f64 or score logit");
  }
  const std::vector<double>& operator()(const std::vector<double>& values,
                                        std::string_view name) const {
    for (const double value : values) (*this)(value, name);
    return values;
  }

 private:
  std::string_view text_;
};

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const ModelCard& model) {
  return {{"path", model.path},
          {"family", model.family},
          {"labels", model.labels},
          {"sha256", model.sha256}};
}

Json json_of(const ExplanationSettings& settings) {
  Json json{{"layer", settings.layer},
            {"layer_input", settings.layer_input},
            {"baseline", settings.baseline},
            {"score", settings.score},
            {"method", settings.method},
            {"n_steps", settings.n_steps},
            {"max_length", or_null(settings.max_length)},
            {"backend", settings.backend},
            {"precision", settings.precision},
            {"threshold", or_null(settings.threshold)},
            {"long_texts", settings.long_texts},
            {"window", or_null(settings.window)},
            {"stride", or_null(settings.stride)}};
  if (settings.tolerance) json["tolerance"] = *settings.tolerance;
  if (settings.algorithm != to_string(Algorithm::integrated_gradients)) {
    json["algorithm"] = settings.algorithm;
  }
  if (settings.head != to_string(HeadIntegral::sampled)) json["head"] = settings.head;
  if (settings.noise) json["noise"] = *settings.noise;
  if (settings.seed) json["seed"] = *settings.seed;
  return json;
}

Json json_of(const TokenAttribution& token, const FiniteNumbers& finite) {
  Json json{{"token", token.token},
            {"id", token.id},
            {"start", token.start},
            {"end", token.end},
            {"word", or_null(token.word)},
            {"segment", token.segment},
            {"special", token.special},
            {"attribution", finite(token.attribution, "attribution of a token")}};
  if (token.error) json["error"] = finite(*token.error, "error of a token");
  return json;
}

Json json_of(const SpanAttribution& span, const FiniteNumbers& finite) {
  Json json{{"text", span.text},
            {"start", span.start},
            {"end", span.end},
            {"segment", span.segment},
            {"special", span.special},
            {"first_token", span.first_token},
            {"last_token", span.last_token},
            {"attribution", finite(span.attribution, "attribution of a span")}};
  if (span.error) json["error"] = finite(*span.error, "error of a span");
  return json;
}

Json json_of(const TextWindow& window, const FiniteNumbers& finite) {
  return {{"first_token", window.first_token},
          {"last_token", window.last_token},
          {"probabilities", finite(window.probabilities, "probability of a class in a window")},
          {"logits", finite(window.logits, "logit of a class in a window")}};
}

Json json_of(const BaselineScores& scores, const FiniteNumbers& finite) {
  return {{"baseline", scores.baseline},
          {"baseline_value", finite(scores.baseline_value, "score F(x') of a baseline")},
          {"delta", finite(scores.delta, "completeness gap of a baseline")},
          {"attributions", finite(scores.attributions, "attribution of a token")}};
}

template <class Item>
Json list_of(const std::vector<Item>& items, const FiniteNumbers& finite) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(json_of(item, finite));
  return list;
}

Json json_of(const Explanation& explanation) {
  const FiniteNumbers finite(explanation.text);
  Json json{{"text", explanation.text},
            {"text_pair", or_null(explanation.text_pair)},
            {"predicted", explanation.predicted},
            {"predicted_id", explanation.predicted_id},
            {"predicted_ids", explanation.predicted_ids},
            {"probabilities", finite(explanation.probabilities, "probability of a class")},
            {"logits", finite(explanation.logits, "logit of a class")},
            {"target", explanation.target},
            {"target_id", explanation.target_id},
            {"value", finite(explanation.value, "score F(x)")},
            {"baseline_value", finite(explanation.baseline_value, "score F(x') of the baseline")},
            {"delta", finite(explanation.delta, "completeness gap")},
            {"evaluations", explanation.evaluations},
            {"truncated_tokens", explanation.truncated_tokens},
            {"tokens", list_of(explanation.tokens, finite)},
            {"words", list_of(explanation.words, finite)},
            {"sentences", list_of(explanation.sentences, finite)},
            {"windows", list_of(explanation.windows, finite)}};
  if (explanation.algorithm != Algorithm::integrated_gradients) {
    json["algorithm"] = to_string(explanation.algorithm);
  }
  if (explanation.relative_error) {
    json["relative_error"] = finite(*explanation.relative_error, "relative error");
    json["converged"] = explanation.converged;
  }
  if (!explanation.baselines.empty()) json["baselines"] = list_of(explanation.baselines, finite);
  return json;
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A container of containers is broken into lines, any other stays on one.
void append_pretty(std::string& out, const Json& json, std::size_t indent) {
  const bool broken = std::any_of(json.begin(), json.end(), [](const Json& value) {
    return value.is_structured() && !value.empty();
  });
  if (!json.is_structured() || !broken) {
    out += compact(json);
    return;
  }
  const bool object = json.is_object();
  out += object ? "{" : "[";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    out += first ? "\n" : ",\n";
    out.append(indent + 1, ' ');
    if (object) out += compact(Json(key)) + ": ";
    append_pretty(out, value, indent + 1);
    first = false;
  }
  out += "\n" + std::string(indent, ' ') + (object ? "}" : "]");
}

Json header_of(const ModelCard& model, const ExplanationSettings& settings) {
  return {{"schema", "integrad/explanations/1"},
          {"model", json_of(model)},
          {"settings", json_of(settings)}};
}

}  // namespace

std::string render_json(const ExplanationDocument& document) {
  Json json = header_of(document.model, document.settings);
  Json& explanations = json["explanations"] = Json::array();
  for (const Explanation& explanation : document.explanations) {
    explanations.push_back(json_of(explanation));
  }
  std::string out;
  append_pretty(out, json, 0);
  return out + "\n";
}

std::string render_jsonl_header(const ModelCard& model, const ExplanationSettings& settings) {
  return compact(header_of(model, settings)) + "\n";
}

std::string render_jsonl(const Explanation& explanation) {
  return compact(json_of(explanation)) + "\n";
}

}  // namespace integrad
