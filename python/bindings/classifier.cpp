#include <pybind11/functional.h>
#include <pybind11/operators.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "integrad/attribution/score.h"
#include "integrad/attribution/text_classifier.h"
#include "integrad/base/error.h"
#include "integrad/hub/find_model.h"
#include "integrad/models/layer_names.h"
#include "integrad/training/loss.h"
#include "python/bindings/arrays.h"
#include "python/bindings/bindings.h"
#include "python/bindings/missing_model.h"
#include "python/bindings/signals.h"

namespace integrad::python {

namespace {

/// (texts × classes) of logits.
py::array_t<double> probabilities(
    const TextClassifier& classifier,
    const py::array_t<double, py::array::c_style | py::array::forcecast>& logits) {
  const Index classes = classifier.config().classes();
  if (logits.ndim() != 2 || logits.shape(1) != classes) {
    throw UsageError("logits: expected (texts × " + std::to_string(classes) + ")");
  }
  py::array_t<double> result({logits.shape(0), logits.shape(1)});
  for (py::ssize_t r = 0; r < logits.shape(0); ++r) {
    const std::span<const double> row(logits.data(r, 0), static_cast<std::size_t>(classes));
    std::ranges::copy(probabilities_of(row, link_of(classifier.config())), result.mutable_data(r));
  }
  return result;
}

/// The folder of a model by its name; the cache and the hub are those of the environment.
std::filesystem::path find(
    const std::string& name, bool offline, bool only_tokenizer,
    const std::function<void(const std::string&, std::int64_t, std::int64_t)>& progress) {
  HubOptions options = hub_options_from_environment();
  options.offline = options.offline || offline;
  options.need = only_tokenizer ? HubNeed::tokenizer : HubNeed::model;
  Signals signals;
  options.on_progress = [&](const HubProgress& state) {
    signals.check();
    if (progress) progress(state.file, state.bytes, state.all_bytes);
  };
  try {
    return find_model(name, options);
  } catch (const HubError& error) {
    if (says_missing(error.kind())) throw MissingModel(error);
    throw;
  }
}

}  // namespace

void bind_classifier(py::module_& module) {
  module.def("find_model", &find, py::arg("name"), py::arg("offline"), py::arg("only_tokenizer"),
             py::arg("progress"), py::call_guard<py::gil_scoped_release>());
  py::class_<ModelCard>(module, "ModelCard")
      .def(py::init<>())
      .def_readwrite("path", &ModelCard::path)
      .def_readwrite("family", &ModelCard::family)
      .def_readwrite("labels", &ModelCard::labels)
      .def_readwrite("sha256", &ModelCard::sha256)
      .def(py::self == py::self);

  py::class_<TextClassifier>(module, "TextClassifier")
      .def_static(
          "load",
          [](const std::filesystem::path& directory, const std::string& backend) {
            return TextClassifier::load(directory, backend);
          },
          py::arg("directory"), py::arg("backend"), py::call_guard<py::gil_scoped_release>())
      .def("card", &TextClassifier::card, py::arg("with_sha256"))
      .def_property_readonly("backend", &TextClassifier::backend)
      .def_property_readonly("precision", &TextClassifier::precision)
      .def_property_readonly("longest", &TextClassifier::longest)
      .def_property_readonly("labels", [](const TextClassifier& c) { return c.config().labels; })
      .def_property_readonly(
          "problem",
          [](const TextClassifier& c) { return to_string(training_problem(c.config())); })
      .def("probabilities", &probabilities, py::arg("logits"))
      .def_property_readonly("hidden_size",
                             [](const TextClassifier& c) { return c.config().hidden_size; })
      .def_property_readonly("vocabulary_size",
                             [](const TextClassifier& c) { return c.config().vocabulary_size; })
      .def_property_readonly("layers",
                             [](const TextClassifier& c) {
                               std::vector<std::pair<std::string, std::string>> names;
                               for (const LayerName& layer : layer_names(c.config()))
                                 names.emplace_back(layer.name, layer.module);
                               return names;
                             })
      .def(
          "find_layer",
          [](const TextClassifier& c, const std::string& name) {
            const LayerName layer = find_layer(c.config(), name);
            return std::make_pair(layer.name, layer.module);
          },
          py::arg("name"));
}

}  // namespace integrad::python
