#include "integrad/attribution/explanation.h"

#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include "integrad/attribution/explainer.h"
#include "python/bindings/arrays.h"
#include "python/bindings/bindings.h"
#include "python/bindings/code_points.h"

namespace integrad::python {
namespace {

/// (entries × 2) code points of tokens or spans, of the text of their segment.
template <class Entries>
py::array_t<std::int64_t> offsets(const Explanation& e, const Entries& entries) {
  const std::vector<CodePoints> points{CodePoints(e.text), CodePoints(e.text_pair.value_or(""))};
  py::array_t<std::int64_t> array({static_cast<py::ssize_t>(entries.size()), py::ssize_t{2}});
  std::int64_t* out = array.mutable_data();
  for (const auto& entry : entries) {
    const CodePoints& of = points[static_cast<std::size_t>(entry.segment)];
    *out++ = of.at(entry.start);
    *out++ = of.at(entry.end);
  }
  return array;
}

/// Estimated errors of tokens or spans; None with a fixed rule.
template <class Entries>
py::object errors(const Explanation& e, const Entries& entries) {
  if (!e.relative_error) return py::none();
  return column<double>(entries, [](const auto& entry) { return entry.error.value_or(0); });
}

/// Columns of a list of spans.
py::dict columns(const Explanation& e, const std::vector<SpanAttribution>& spans) {
  using Span = SpanAttribution;
  py::list texts;
  for (const Span& span : spans) texts.append(span.text);
  py::dict table;
  table["text"] = texts;
  table["offsets"] = offsets(e, spans);
  table["segments"] = column<std::int64_t>(spans, [](const Span& s) { return s.segment; });
  table["special"] = column<bool>(spans, [](const Span& s) { return s.special; });
  table["first_token"] = column<std::int64_t>(spans, [](const Span& s) { return s.first_token; });
  table["last_token"] = column<std::int64_t>(spans, [](const Span& s) { return s.last_token; });
  table["scores"] = column<double>(spans, [](const Span& s) { return s.attribution; });
  table["errors"] = errors(e, spans);
  return table;
}

py::dict token_columns(const Explanation& e) {
  using Token = TokenAttribution;
  py::list texts, words;
  for (const Token& token : e.tokens) {
    texts.append(token.token);
    words.append(token.word);
  }
  py::dict table;
  table["text"] = texts;
  table["ids"] = column<std::int64_t>(e.tokens, [](const Token& t) { return t.id; });
  table["offsets"] = offsets(e, e.tokens);
  table["words"] = words;
  table["segments"] = column<std::int64_t>(e.tokens, [](const Token& t) { return t.segment; });
  table["special"] = column<bool>(e.tokens, [](const Token& t) { return t.special; });
  table["scores"] = column<double>(e.tokens, [](const Token& t) { return t.attribution; });
  table["errors"] = errors(e, e.tokens);
  return table;
}

/// What each of several baselines gives.
py::list baseline_list(const std::vector<BaselineScores>& baselines) {
  py::list list;
  for (const BaselineScores& scores : baselines) {
    py::dict entry;
    entry["baseline"] = scores.baseline;
    entry["baseline_value"] = scores.baseline_value;
    entry["delta"] = scores.delta;
    entry["scores"] = to_array<double>(scores.attributions);
    list.append(entry);
  }
  return list;
}

py::list window_list(const std::vector<TextWindow>& windows) {
  py::list list;
  for (const TextWindow& window : windows) {
    py::dict entry;
    entry["first_token"] = window.first_token;
    entry["last_token"] = window.last_token;
    entry["probabilities"] = to_array<double>(window.probabilities);
    entry["logits"] = to_array<double>(window.logits);
    list.append(entry);
  }
  return list;
}

}  // namespace

void bind_explanation(py::module_& module) {
  py::class_<Explanation>(module, "Explanation")
      .def_readonly("text", &Explanation::text)
      .def_readonly("text_pair", &Explanation::text_pair)
      .def_readonly("predicted", &Explanation::predicted)
      .def_readonly("predicted_id", &Explanation::predicted_id)
      .def_readonly("predicted_ids", &Explanation::predicted_ids)
      .def_property_readonly("probabilities",
                             [](const Explanation& e) { return to_array<double>(e.probabilities); })
      .def_property_readonly("logits",
                             [](const Explanation& e) { return to_array<double>(e.logits); })
      .def_readonly("target", &Explanation::target)
      .def_readonly("target_id", &Explanation::target_id)
      .def_readonly("value", &Explanation::value)
      .def_readonly("baseline_value", &Explanation::baseline_value)
      .def_property_readonly(
          "algorithm", [](const Explanation& e) { return std::string(to_string(e.algorithm)); })
      .def_readonly("delta", &Explanation::delta)
      .def_readonly("evaluations", &Explanation::evaluations)
      .def_readonly("relative_error", &Explanation::relative_error)
      .def_readonly("converged", &Explanation::converged)
      .def_readonly("truncated_tokens", &Explanation::truncated_tokens)
      .def_property_readonly("tokens", &token_columns)
      .def_property_readonly("words", [](const Explanation& e) { return columns(e, e.words); })
      .def_property_readonly("sentences",
                             [](const Explanation& e) { return columns(e, e.sentences); })
      .def_property_readonly("windows", [](const Explanation& e) { return window_list(e.windows); })
      .def_property_readonly("baselines",
                             [](const Explanation& e) { return baseline_list(e.baselines); })
      .def(py::self == py::self);

  py::class_<Prediction>(module, "Prediction")
      .def_readonly("text", &Prediction::text)
      .def_readonly("text_pair", &Prediction::text_pair)
      .def_readonly("predicted", &Prediction::predicted)
      .def_readonly("predicted_id", &Prediction::predicted_id)
      .def_readonly("predicted_ids", &Prediction::predicted_ids)
      .def_property_readonly("probabilities",
                             [](const Prediction& p) { return to_array<double>(p.probabilities); })
      .def_property_readonly("logits",
                             [](const Prediction& p) { return to_array<double>(p.logits); })
      .def_readonly("truncated_tokens", &Prediction::truncated_tokens)
      .def_property_readonly("windows", [](const Prediction& p) { return window_list(p.windows); });
}

}  // namespace integrad::python
