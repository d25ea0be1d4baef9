#include "integrad/attribution/options.h"

#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include "integrad/attribution/explanation.h"
#include "python/bindings/bindings.h"

namespace integrad::python {

namespace py = pybind11;

void bind_options(py::module_& module) {
  py::class_<ExplainOptions>(module, "ExplainOptions")
      .def(py::init<>())
      .def_readwrite("layer", &ExplainOptions::layer)
      .def_readwrite("layer_input", &ExplainOptions::layer_input)
      .def_readwrite("baseline", &ExplainOptions::baseline)
      .def_property(
          "baseline_positions",
          [](const ExplainOptions& o) { return std::string(to_string(o.baseline_positions)); },
          [](ExplainOptions& o, const std::string& name) {
            o.baseline_positions = parse_baseline_positions(name);
          })
      .def_readwrite("target", &ExplainOptions::target)
      .def_readwrite("threshold", &ExplainOptions::threshold)
      .def_property(
          "score", [](const ExplainOptions& o) { return std::string(to_string(o.score)); },
          [](ExplainOptions& o, const std::string& name) { o.score = parse_score(name); })
      .def_property(
          "method", [](const ExplainOptions& o) { return std::string(to_string(method_of(o))); },
          [](ExplainOptions& o, const std::optional<std::string>& name) {
            o.method.reset();
            if (name) o.method = parse_quadrature(*name);
          })
      .def_property(
          "head", [](const ExplainOptions& o) { return std::string(to_string(o.head)); },
          [](ExplainOptions& o, const std::string& name) { o.head = parse_head_integral(name); })
      .def_property(
          "algorithm", [](const ExplainOptions& o) { return std::string(to_string(o.algorithm)); },
          [](ExplainOptions& o, const std::string& name) { o.algorithm = parse_algorithm(name); })
      .def_readwrite("noise", &ExplainOptions::noise)
      .def_readwrite("seed", &ExplainOptions::seed)
      .def_property("n_steps", n_steps_of,
                    [](ExplainOptions& o, std::optional<Index> steps) { o.n_steps = steps; })
      .def_readwrite("tolerance", &ExplainOptions::tolerance)
      .def_readwrite("max_steps", &ExplainOptions::max_steps)
      .def_readwrite("max_length", &ExplainOptions::max_length)
      .def_property(
          "long_texts",
          [](const ExplainOptions& o) { return std::string(to_string(o.long_texts)); },
          [](ExplainOptions& o, const std::string& name) { o.long_texts = parse_long_texts(name); })
      .def_readwrite("window", &ExplainOptions::window)
      .def_readwrite("stride", &ExplainOptions::stride)
      .def_readwrite("replace_invalid", &ExplainOptions::replace_invalid)
      .def_readwrite("full_attributions", &ExplainOptions::full_attributions)
      .def_readwrite("memory_limit", &ExplainOptions::memory_limit)
      .def_readwrite("internal_batch_size", &ExplainOptions::internal_batch_size);

  py::class_<ExplanationSettings>(module, "ExplanationSettings")
      .def(py::init<>())
      .def_readwrite("layer", &ExplanationSettings::layer)
      .def_readwrite("layer_input", &ExplanationSettings::layer_input)
      .def_readwrite("baseline", &ExplanationSettings::baseline)
      .def_readwrite("score", &ExplanationSettings::score)
      .def_readwrite("method", &ExplanationSettings::method)
      .def_readwrite("head", &ExplanationSettings::head)
      .def_readwrite("n_steps", &ExplanationSettings::n_steps)
      .def_readwrite("algorithm", &ExplanationSettings::algorithm)
      .def_readwrite("noise", &ExplanationSettings::noise)
      .def_readwrite("seed", &ExplanationSettings::seed)
      .def_readwrite("tolerance", &ExplanationSettings::tolerance)
      .def_readwrite("max_length", &ExplanationSettings::max_length)
      .def_readwrite("backend", &ExplanationSettings::backend)
      .def_readwrite("precision", &ExplanationSettings::precision)
      .def_readwrite("threshold", &ExplanationSettings::threshold)
      .def_readwrite("long_texts", &ExplanationSettings::long_texts)
      .def_readwrite("window", &ExplanationSettings::window)
      .def_readwrite("stride", &ExplanationSettings::stride)
      .def(py::self == py::self);
}

}  // namespace integrad::python
