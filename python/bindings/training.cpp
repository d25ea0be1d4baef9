#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "integrad/base/error.h"
#include "integrad/render/metrics.h"
#include "integrad/training/evaluation.h"
#include "integrad/training/imdb_folder.h"
#include "integrad/training/keras_imdb.h"
#include "integrad/training/save.h"
#include "integrad/training/trainer.h"
#include "integrad/training/training_start.h"
#include "python/bindings/arrays.h"
#include "python/bindings/bindings.h"

namespace integrad::python {
namespace {

using Texts = std::vector<std::pair<std::string, std::optional<std::string>>>;

std::vector<LabelledText> to_labelled(Texts&& texts, std::vector<Label>&& labels) {
  if (texts.size() != labels.size()) {
    throw UsageError(std::to_string(texts.size()) + " texts, but " + std::to_string(labels.size()) +
                     " labels");
  }
  std::vector<LabelledText> labelled;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    labelled.push_back({{std::move(texts[i].first), std::move(texts[i].second)},
                        std::move(labels[i]),
                        "text " + std::to_string(i)});
  }
  return labelled;
}

/// A training from its beginning to its end. Its pieces refer to each other: it is never moved.
class TrainingRun {
 public:
  TrainingRun(const std::filesystem::path& source, const StartOptions& start,
              const TrainingOptions& options, Index max_length, Texts&& texts,
              std::vector<Label>&& labels)
      : start_(start_training(source, start)),
        texts_(encode_texts(to_labelled(std::move(texts), std::move(labels)), start_.tokenizer,
                            start_.classifier.model().config(), max_length)),
        trainer_(start_.classifier, texts_, options) {}

  Trainer& trainer() { return trainer_; }
  const std::vector<std::string>& fresh() const { return start_.fresh; }
  const std::vector<std::string>& labels() const {
    return start_.classifier.model().config().labels;
  }
  void save(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    save_classifier(folder, start_.source, start_.classifier);
  }

 private:
  TrainingStart start_;
  std::vector<EncodedText> texts_;
  Trainer trainer_;
};

py::dict to_dict(const StepReport& report) {
  py::dict dict;
  dict["step"] = report.step;
  dict["loss"] = report.loss;
  dict["accuracy"] = report.accuracy;
  dict["learning_rate"] = report.learning_rate;
  dict["gradient_norm"] = report.gradient_norm;
  dict["texts"] = report.texts;
  dict["tokens"] = report.tokens;
  return dict;
}

py::tuple to_lists(const std::vector<LabelledText>& texts) {
  py::list written, labels;
  for (const LabelledText& text : texts) {
    written.append(text.input.text);
    labels.append(static_cast<int>(text.label[0]));
  }
  return py::make_tuple(written, labels);
}

/// JSON of the metrics of logits (texts × classes).
std::string metrics(const std::string& problem, const std::vector<std::string>& labels,
                    const py::array_t<double, py::array::c_style | py::array::forcecast>& logits,
                    const std::vector<Label>& truth) {
  const Problem kind = parse_problem(problem);
  const auto classes = static_cast<Index>(labels.size());
  if (logits.ndim() != 2 || logits.shape(1) != classes ||
      logits.shape(0) != static_cast<py::ssize_t>(truth.size())) {
    throw UsageError("logits: expected (" + std::to_string(truth.size()) + " × " +
                     std::to_string(classes) + ")");
  }
  Evaluation evaluation(kind, labels);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    check_label(kind, classes, truth[i]);
    evaluation.add({logits.data(static_cast<py::ssize_t>(i), 0), labels.size()}, truth[i]);
  }
  return render_metrics_json(evaluation.metrics(), "", "");
}

TrainingOptions training_options(const py::kwargs& given) {
  TrainingOptions options;
  const auto set = [&](const char* name, auto& value) {
    if (given.contains(name)) value = given[name].cast<std::decay_t<decltype(value)>>();
  };
  set("batch_size", options.batch_size);
  set("micro_batch_size", options.micro_batch_size);
  set("epochs", options.epochs);
  set("steps", options.steps);
  set("weight_decay", options.adam.weight_decay);
  set("decoupled", options.adam.decoupled);
  set("learning_rate", options.schedule.peak);
  set("end_learning_rate", options.schedule.end);
  set("power", options.schedule.power);
  set("warmup_steps", options.schedule.warmup);
  set("clip", options.clip);
  set("seed", options.seed);
  set("dropout", options.dropout);
  std::string schedule = "linear";
  set("schedule", schedule);
  options.schedule.decay = parse_decay(schedule);
  return options;
}

std::unique_ptr<TrainingRun> make_run(const std::filesystem::path& source, Texts texts,
                                      std::vector<Label> labels, std::vector<std::string> names,
                                      const std::optional<std::string>& problem,
                                      std::vector<std::string> freeze, Index max_length,
                                      int threads, const std::string& precision,
                                      const py::kwargs& given) {
  const TrainingOptions options = training_options(given);
  StartOptions start;
  start.labels = std::move(names);
  if (problem) start.problem = parse_problem(*problem);
  start.freeze = std::move(freeze);
  start.seed = options.seed;
  start.compute.threads = threads;
  start.compute.precision = parse_precision(precision);
  const py::gil_scoped_release unlocked;
  return std::make_unique<TrainingRun>(source, start, options, max_length, std::move(texts),
                                       std::move(labels));
}

}  // namespace

void bind_training(py::module_& module) {
  py::class_<TrainingRun>(module, "TrainingRun")
      .def(py::init(&make_run), py::arg("directory"), py::arg("texts"), py::arg("labels"),
           py::arg("names"), py::arg("problem"), py::arg("freeze"), py::arg("max_length"),
           py::arg("threads"), py::arg("precision"))
      .def("advance",
           [](TrainingRun& run) {
             StepReport report;
             {
               const py::gil_scoped_release unlocked;
               report = run.trainer().advance();
             }
             return to_dict(report);
           })
      .def("save", &TrainingRun::save, py::arg("folder"), py::call_guard<py::gil_scoped_release>())
      .def(
          "save_state",
          [](TrainingRun& run, const std::filesystem::path& file) {
            run.trainer().save_state(file);
          },
          py::arg("file"), py::call_guard<py::gil_scoped_release>())
      .def(
          "load_state",
          [](TrainingRun& run, const std::filesystem::path& file) {
            run.trainer().load_state(file);
          },
          py::arg("file"), py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("steps", [](TrainingRun& run) { return run.trainer().steps(); })
      .def_property_readonly("done", [](TrainingRun& run) { return run.trainer().done(); })
      .def_property_readonly("steps_per_epoch",
                             [](TrainingRun& run) { return run.trainer().steps_per_epoch(); })
      .def_property_readonly("fresh", &TrainingRun::fresh)
      .def_property_readonly("labels", &TrainingRun::labels);
  module.def("metrics", &metrics, py::arg("problem"), py::arg("labels"), py::arg("logits"),
             py::arg("truth"));
  module.def(
      "problem_of",
      [](const std::filesystem::path& directory) {
        return to_string(training_problem(read_model_config(ConfigFile::load(directory))));
      },
      py::arg("directory"));
  module.def(
      "labels_of",
      [](const std::filesystem::path& directory) {
        return read_model_config(ConfigFile::load(directory)).labels;
      },
      py::arg("directory"));
  module.def(
      "read_imdb_folder",
      [](const std::filesystem::path& folder, const std::string& split) {
        return to_lists(read_imdb_folder(folder, parse_split(split)));
      },
      py::arg("folder"), py::arg("split"));
  module.def(
      "read_keras_imdb",
      [](const std::filesystem::path& npz, const std::filesystem::path& word_index,
         std::optional<std::int64_t> num_words, std::int64_t skip_top,
         std::optional<std::int64_t> maxlen, const std::string& split) {
        KerasImdbOptions options;
        options.num_words = num_words;
        options.skip_top = skip_top;
        options.maxlen = maxlen;
        return to_lists(read_keras_imdb(npz, word_index, options, parse_split(split)));
      },
      py::arg("npz"), py::arg("word_index"), py::arg("num_words"), py::arg("skip_top"),
      py::arg("maxlen"), py::arg("split"));
}

}  // namespace integrad::python
