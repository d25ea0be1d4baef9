#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "integrad/base/error.h"
#include "integrad/faithfulness/comparison.h"
#include "integrad/render/faithfulness_report.h"
#include "python/bindings/bindings.h"
#include "python/bindings/explainer_pool.h"

namespace integrad::python {

namespace py = pybind11;

namespace {

using Texts = std::vector<std::pair<std::string, std::optional<std::string>>>;

std::vector<Rationale> read_rationales(const std::vector<std::optional<WrittenRationale>>& written,
                                       std::span<const TextInput> texts) {
  if (written.size() != texts.size()) {
    throw UsageError("expected a rationale a text, None where there is none: " +
                     std::to_string(texts.size()) + ", found " + std::to_string(written.size()));
  }
  std::vector<Rationale> rationales;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    try {
      rationales.push_back(written[i] ? read_rationale(*written[i], texts[i].text) : Rationale{});
    } catch (const UsageError& error) {
      throw UsageError("text " + std::to_string(i + 1) + ": " + error.what());
    }
  }
  return rationales;
}

std::string test_texts(ExplainerPool& pool, Texts texts, const ExplainOptions& explain,
                       const std::vector<std::string>& algorithms,
                       const std::vector<std::string>& measures, double top,
                       const std::string& replacement, Index subsets, double radius,
                       Index perturbations, std::uint64_t seed,
                       const std::optional<std::vector<std::optional<WrittenRationale>>>& written,
                       std::optional<double> rationale_share,
                       const std::function<void(double, Index)>& progress) {
  FaithfulnessOptions options{.measures = {},
                              .top = top,
                              .replacement = replacement,
                              .subsets = subsets,
                              .radius = radius,
                              .perturbations = perturbations,
                              .rationale_share = 0.2,
                              .seed = seed};
  for (const std::string& name : measures) options.measures.push_back(parse_measure(name));
  std::vector<Algorithm> chosen;
  for (const std::string& name : algorithms) chosen.push_back(parse_algorithm(name));
  const auto ways = candidates(chosen, explain.baseline);
  std::vector<TextInput> inputs;
  for (auto& [text, pair] : texts) inputs.push_back({std::move(text), std::move(pair)});
  std::vector<Rationale> rationales;
  if (written) {
    rationales = read_rationales(*written, inputs);
    const double marked = mean_marked_share(rationales, inputs);
    if (!(marked > 0)) throw UsageError("no text has a rationale; leave rationales out");
    options.rationale_share = rationale_share.value_or(marked);
    rationale_share = options.rationale_share;
  }
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
                              rationale_share,
                              {}};
    report.sections =
        compare_explanations(explainer, {inputs, rationales}, ways, explain, options, progress);
    return render_faithfulness_json(report);
  });
}

std::vector<std::string> measure_names(bool rationales) {
  std::vector<std::string> names;
  for (const Measure measure : usual_measures) names.emplace_back(to_string(measure));
  if (!rationales) return names;
  for (const Measure measure : plausibility_measures) names.emplace_back(to_string(measure));
  return names;
}

}  // namespace

void bind_faithfulness(py::module_& module) {
  module.def("test_texts", &test_texts, py::arg("explainer"), py::arg("texts"), py::arg("options"),
             py::arg("algorithms"), py::arg("measures"), py::arg("top"), py::arg("replacement"),
             py::arg("subsets"), py::arg("radius"), py::arg("perturbations"), py::arg("seed"),
             py::arg("rationales"), py::arg("rationale_share"), py::arg("progress"));
  module.def("measure_names", &measure_names, py::arg("rationales"));
}

}  // namespace integrad::python
