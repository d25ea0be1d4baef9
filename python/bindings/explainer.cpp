#include "integrad/attribution/explainer.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "python/bindings/arrays.h"
#include "python/bindings/bindings.h"
#include "python/bindings/explainer_pool.h"

namespace integrad::python {
namespace {

using Texts = std::vector<std::pair<std::string, std::optional<std::string>>>;
using Progress = std::function<void(Index)>;

std::vector<TextInput> to_inputs(Texts&& texts) {
  std::vector<TextInput> inputs;
  for (auto& [text, pair] : texts) inputs.push_back({std::move(text), std::move(pair)});
  return inputs;
}

/// Token ids and what belongs to each: (rows × columns), one row a text.
struct TokenArrays {
  IdArray ids;
  std::optional<IdArray> attention_mask, type_ids, baseline_ids;
  std::optional<std::vector<Index>> targets;  // one a row

  py::ssize_t rows() const { return ids.shape(0); }
  std::vector<TokenInput> inputs() const {
    std::vector<TokenInput> inputs;
    for (py::ssize_t r = 0; r < rows(); ++r) {
      TokenInput& input = inputs.emplace_back();
      input.ids = row_of(ids, r);
      input.attention_mask = row_of(attention_mask, r);
      input.type_ids = row_of(type_ids, r);
      input.baseline_ids = row_of(baseline_ids, r);
      if (targets) input.target = (*targets)[static_cast<std::size_t>(r)];
    }
    return inputs;
  }
};

/// A call's options, with the caller's progress function (it takes the lock itself).
ExplainOptions with_progress(ExplainOptions options, const Progress& progress) {
  options.on_progress = progress;
  return options;
}

py::list explain(ExplainerPool& pool, Texts texts, const ExplainOptions& options,
                 const Progress& progress) {
  const std::vector<TextInput> inputs = to_inputs(std::move(texts));
  const ExplainOptions chosen = with_progress(options, progress);
  std::vector<ExplanationResult> results;
  {
    const py::gil_scoped_release unlocked;
    pool.with([&](Explainer& explainer) {
      explainer.explain(inputs, chosen,
                        [&](ExplanationResult&& r) { results.push_back(std::move(r)); });
    });
  }
  py::list list;
  for (ExplanationResult& r : results) {
    py::object full = py::none();
    if (options.full_attributions) full = take(std::move(r.full_attributions));
    list.append(py::make_tuple(std::move(r.explanation), r.text_index, full));
  }
  return list;
}

/// Integrated gradients of token ids. The one array (rows × columns × hidden) that is returned is
/// made when the first result says how wide it is, and written as the results come.
py::dict attribute(ExplainerPool& pool, const TokenArrays& tokens, ExplainOptions options,
                   const Progress& progress) {
  const py::ssize_t rows = tokens.rows(), columns = tokens.ids.shape(1);
  py::array_t<float> attributions({rows, columns, py::ssize_t{0}});
  py::array_t<double> scores({rows, columns});
  py::array_t<double> deltas(rows), values(rows), baseline_values(rows);
  py::array_t<std::int64_t> target(rows);
  float* full_out = nullptr;
  double* const scores_out = scores.mutable_data();
  double* const delta_out = deltas.mutable_data();
  double* const value_out = values.mutable_data();
  double* const baseline_out = baseline_values.mutable_data();
  std::int64_t* const target_out = target.mutable_data();
  const std::vector<TokenInput> inputs = tokens.inputs();
  options.full_attributions = true;
  options.on_progress = progress;
  {
    const py::gil_scoped_release unlocked;
    pool.with([&](Explainer& explainer) {
      explainer.explain_ids(inputs, options, [&](ExplanationResult&& r) {
        const Index i = r.text_index;
        const Matrix<float>& full = r.full_attributions;
        const Index numbers = columns * full.columns();
        if (full_out == nullptr) {
          const py::gil_scoped_acquire lock;
          attributions = py::array_t<float>({rows, columns, full.columns()});
          full_out = attributions.mutable_data();
        }
        std::copy_n(full.row(0), numbers, full_out + i * numbers);
        for (Index t = 0; t < columns; ++t) {
          scores_out[i * columns + t] =
              r.explanation.tokens[static_cast<std::size_t>(t)].attribution;
        }
        delta_out[i] = r.explanation.delta;
        value_out[i] = r.explanation.value;
        baseline_out[i] = r.explanation.baseline_value;
        target_out[i] = r.explanation.target_id;
      });
    });
  }
  py::dict result;
  result["attributions"] = attributions;
  result["scores"] = scores;
  result["deltas"] = deltas;
  result["values"] = values;
  result["baseline_values"] = baseline_values;
  result["target"] = target;
  return result;
}

}  // namespace

void bind_explainer(py::module_& module) {
  py::class_<TokenArrays>(module, "TokenArrays")
      .def(py::init<IdArray, std::optional<IdArray>, std::optional<IdArray>, std::optional<IdArray>,
                    std::optional<std::vector<Index>>>(),
           py::arg("ids"), py::arg("attention_mask"), py::arg("type_ids"), py::arg("baseline_ids"),
           py::arg("targets"));

  py::class_<ExplainerPool>(module, "Explainer")
      .def(
          py::init([](const TextClassifier& classifier, int threads, const std::string& precision) {
            ComputeOptions compute;
            compute.threads = threads;
            compute.precision = parse_precision(precision);
            return std::make_unique<ExplainerPool>(classifier, compute);
          }),
          py::arg("classifier"), py::arg("threads"), py::arg("precision"), py::keep_alive<1, 2>())
      .def("explain", &explain, py::arg("texts"), py::arg("options"), py::arg("progress"))
      .def(
          "conductance",
          [](ExplainerPool& pool, const std::string& text, const std::optional<std::string>& pair,
             const ExplainOptions& options) {
            const py::gil_scoped_release unlocked;
            std::vector<std::pair<std::string, Explanation>> layers;
            pool.with([&](Explainer& explainer) {
              for (auto& layer : explainer.conductance({text, pair}, options)) {
                layers.emplace_back(std::move(layer.layer), std::move(layer.explanation));
              }
            });
            return layers;
          },
          py::arg("text"), py::arg("text_pair"), py::arg("options"))
      .def("attribute", &attribute, py::arg("tokens"), py::arg("options"), py::arg("progress"))
      .def(
          "predict",
          [](ExplainerPool& pool, Texts texts, const ExplainOptions& options,
             const Progress& progress) {
            const std::vector<TextInput> inputs = to_inputs(std::move(texts));
            const ExplainOptions chosen = with_progress(options, progress);
            const py::gil_scoped_release unlocked;
            return pool.with(
                [&](Explainer& explainer) { return explainer.predict(inputs, chosen); });
          },
          py::arg("texts"), py::arg("options"), py::arg("progress"))
      .def(
          "logits",
          [](ExplainerPool& pool, const TokenArrays& tokens) {
            const std::vector<TokenInput> inputs = tokens.inputs();
            Matrix<double> logits;
            {
              const py::gil_scoped_release unlocked;
              logits = pool.with([&](Explainer& explainer) { return explainer.logits(inputs); });
            }
            return take(std::move(logits));
          },
          py::arg("tokens"))
      .def(
          "settings",
          [](ExplainerPool& pool, const ExplainOptions& options) {
            return pool.with([&](Explainer& explainer) { return explainer.settings(options); });
          },
          py::arg("options"));
}

}  // namespace integrad::python
