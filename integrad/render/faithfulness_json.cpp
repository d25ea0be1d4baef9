// The JSON of faithfulness_report.h and comparison.h.
#include <nlohmann/json.hpp>

#include "integrad/render/comparison.h"
#include "integrad/render/faithfulness_report.h"

namespace integrad {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Interval& interval) {
  return {{"mean", interval.mean},
          {"low", interval.low},
          {"high", interval.high},
          {"texts", interval.texts}};
}

Json json_of(const CandidateSummary& section) {
  Json measures = Json::array();
  for (std::size_t m = 0; m < section.measures.size(); ++m) {
    const MeasureSummary& s = section.measures[m];
    Json one{{"measure", to_string(s.measure)},
             {"good", large_is_good(s.measure) ? "large" : "small"},
             {"scores", json_of(s.scores)},
             {"random_order", json_of(s.control)},
             {"better_by", json_of(s.gain)}};
    if (!section.over_first.empty()) one["better_than_first_by"] = json_of(section.over_first[m]);
    if (!s.curve.empty()) {
      one["curve"] = s.curve;
      one["random_order_curve"] = s.control_curve;
    }
    measures.push_back(std::move(one));
  }
  return {{"algorithm", to_string(section.algorithm)},
          {"baseline", section.baseline},
          {"evaluations", section.evaluations},
          {"seconds", section.seconds},
          {"measures", std::move(measures)}};
}

/// What both documents begin with.
Json head(const FaithfulnessReport& report) {
  const ExplanationSettings& settings = report.settings;
  Json json{
      {"model", report.model},       {"data", report.data},     {"texts", report.texts},
      {"layer", settings.layer},     {"score", settings.score}, {"method", settings.method},
      {"n_steps", settings.n_steps}, {"top", report.top},       {"replacement", report.replacement},
      {"subsets", report.subsets},   {"seed", report.seed}};
  if (report.rationale_share) json["rationale_share"] = *report.rationale_share;
  if (settings.tolerance) json["tolerance"] = *settings.tolerance;
  if (settings.max_length) json["max_length"] = *settings.max_length;
  return json;
}

Json list_of(const std::vector<CandidateSummary>& sections) {
  Json list = Json::array();
  for (const CandidateSummary& section : sections) list.push_back(json_of(section));
  return list;
}

/// Texts, each with a list of scores an explanation.
Json list_of(const std::vector<std::vector<Explanation>>& texts) {
  Json list = Json::array();
  for (const std::vector<Explanation>& of_text : texts) {
    const Explanation& first = of_text.front();
    Json tokens = Json::array(), attributions = Json::array(), deltas = Json::array();
    for (const TokenAttribution& token : first.tokens) tokens.push_back(token.token);
    for (const Explanation& explanation : of_text) {
      Json scores = Json::array();
      for (const TokenAttribution& token : explanation.tokens) scores.push_back(token.attribution);
      attributions.push_back(std::move(scores));
      deltas.push_back(explanation.delta);
    }
    Json text{{"text", first.text},          {"predicted", first.predicted},
              {"target", first.target},      {"probabilities", first.probabilities},
              {"tokens", std::move(tokens)}, {"attributions", std::move(attributions)},
              {"deltas", std::move(deltas)}};
    if (first.text_pair) text["text_pair"] = *first.text_pair;
    list.push_back(std::move(text));
  }
  return list;
}

std::string written(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_faithfulness_json(const FaithfulnessReport& report) {
  Json json = head(report);
  json["baselines"] = list_of(report.sections);
  return written(json);
}

std::string render_comparison_json(const Comparison& comparison) {
  Json json = head(comparison.report);
  json.erase("data");  // the texts are there themselves
  json["candidates"] = list_of(comparison.report.sections);
  json["explanations"] = list_of(comparison.texts);
  return written(json);
}

std::string render_layers_json(const LayerSweep& sweep) {
  return written({{"model", sweep.model.path},
                  {"layer", sweep.settings.layer},
                  {"baseline", sweep.settings.baseline},
                  {"score", sweep.settings.score},
                  {"n_steps", sweep.settings.n_steps},
                  {"layers", sweep.layers},
                  {"explanations", list_of(sweep.texts)}});
}

}  // namespace integrad
