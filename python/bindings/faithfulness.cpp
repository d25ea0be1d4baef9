#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "integrad/faithfulness/comparison.h"
#include "integrad/render/faithfulness_report.h"
#include "python/bindings/bindings.h"
#include "python/bindings/explainer_pool.h"

namespace integrad::python {

namespace py = pybind11;

namespace {

using Texts = std::vector<std::pair<std::string, std::optional<std::string>>>;

std::string test_texts(ExplainerPool& pool, Texts texts, const ExplainOptions& explain,
                       const std::vector<std::string>& algorithms,
                       const std::vector<std::string>& measures, double top,
                       const std::string& replacement, Index subsets, double radius,
                       Index perturbations, std::uint64_t seed,
                       const std::function<void(double, Index)>& progress) {
  FaithfulnessOptions options{.measures = {},
                              .top = top,
                              .replacement = replacement,
                              .subsets = subsets,
                              .radius = radius,
                              .perturbations = perturbations,
                              .seed = seed};
  for (const std::string& name : measures) options.measures.push_back(parse_measure(name));
  std::vector<Algorithm> chosen;
  for (const std::string& name : algorithms) chosen.push_back(parse_algorithm(name));
  const auto ways = candidates(chosen, explain.baseline);
  std::vector<TextInput> inputs;
  for (auto& [text, pair] : texts) inputs.push_back({std::move(text), std::move(pair)});
  const py::gil_scoped_release unlocked;
  return pool.with([&](Explainer& explainer) {
    FaithfulnessReport report{pool.classifier().card(false).path,
                              "",
                              static_cast<Index>(inputs.size()),
                              explainer.settings(explain),
                              top,
                              replacement,
                              subsets,
                              seed,
                              {}};
    report.sections = compare_explanations(explainer, inputs, ways, explain, options, progress);
    return render_faithfulness_json(report);
  });
}

std::vector<std::string> measure_names() {
  std::vector<std::string> names;
  for (const Measure measure : usual_measures) names.emplace_back(to_string(measure));
  return names;
}

}  // namespace

void bind_faithfulness(py::module_& module) {
  module.def("test_texts", &test_texts, py::arg("explainer"), py::arg("texts"), py::arg("options"),
             py::arg("algorithms"), py::arg("measures"), py::arg("top"), py::arg("replacement"),
             py::arg("subsets"), py::arg("radius"), py::arg("perturbations"), py::arg("seed"),
             py::arg("progress"));
  module.def("measure_names", &measure_names);
}

}  // namespace integrad::python
