#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/fault_report.h"
#include "cli/interrupt.h"
#include "cli/learning_log.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "cli/run_folder.h"
#include "cli/train_options.h"
#include "cli/watched_texts.h"
#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/render/visible_text.h"
#include "integrad/training/evaluation.h"
#include "integrad/training/save.h"
#include "integrad/training/training_start.h"

namespace integrad::cli {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<std::string> split_names(const std::string& list) {
  std::vector<std::string> names;
  std::stringstream stream(list);
  for (std::string name; std::getline(stream, name, ',');) names.push_back(name);
  return names;
}

/// All that a run works with.
struct Run {
  TrainingStart start;
  std::vector<EncodedText> texts, validation;

  TrainableClassifier<float>& classifier() { return start.classifier; }
  const ModelConfig& config() const { return start.classifier.model().config(); }
};

std::vector<EncodedText> read_texts(const TrainOptions& options, WrittenLabels&& data,
                                    const ModelConfig& config, const Tokenizer& tokenizer) {
  std::vector<std::string> faults;
  const auto labelled = resolve_labels(std::move(data), config.labels, training_problem(config),
                                       options.data.skip_bad_rows, faults);
  report_faults(faults);
  return encode_texts(labelled, tokenizer, config, options.max_length);
}

Run prepare(const TrainOptions& options) {
  if (options.model.model.empty()) {
    throw UsageError("no --model; give the folder or name of the model to begin with");
  }
  WrittenLabels data = read_labelled(options.data, Split::train);
  const fs::path source = model_or_default(options.model.model, options.quiet);
  ModelConfig config = read_model_config(ConfigFile::load(source));
  StartOptions start{split_names(options.labels),
                     {},
                     options.freeze,
                     options.training.seed,
                     options.model.compute};
  if (!options.problem.empty()) start.problem = config.problem = parse_problem(options.problem);
  if (start.labels.empty()) {
    start.labels = choose_labels(data, config.labels, training_problem(config));
  }
  Run run{start_training(source, start), {}, {}};
  run.texts = read_texts(options, std::move(data), run.config(), run.start.tokenizer);
  if (!options.validation.empty()) {
    DataOptions other = options.data;
    other.data = options.validation;
    other.split.clear();
    run.validation =
        read_texts(options, read_labelled(other, Split::test), run.config(), run.start.tokenizer);
  }
  return run;
}

void introduce(const Run& run, const TrainOptions& options, const Trainer& trainer) {
  const ModelConfig& config = run.config();
  std::string names;
  for (std::size_t i = 0; i < config.labels.size() && i < 8; ++i) {
    names += (i > 0 ? ", " : "") + visible_text(config.labels[i], Lines::show);
  }
  if (config.labels.size() > 8) names += ", …";
  const Precision precision = resolve(options.model.compute.precision);
  std::fprintf(stderr, "integrad: %zu texts, labels %s; %td steps, products in %s\n",
               run.texts.size(), names.c_str(), trainer.steps(),
               std::string(to_string(precision)).c_str());
  for (const std::string& name : run.start.fresh) {
    std::fprintf(stderr, "integrad: new, not from the checkpoint: %s\n", name.c_str());
  }
}

Metrics evaluate(Run& run, const Interrupt& interrupt) {
  const ModelConfig& config = run.config();
  Evaluation evaluation(training_problem(config), config.labels);
  constexpr std::size_t at_once = 16;
  Matrix<float> logits;
  for (std::size_t first = 0; first < run.validation.size(); first += at_once) {
    interrupt.check();
    TokenBatch batch;
    const std::size_t last = std::min(run.validation.size(), first + at_once);
    for (std::size_t i = first; i < last; ++i) append(run.validation[i], config, batch);
    run.classifier().predict(batch, logits);
    for (std::size_t i = first; i < last; ++i) {
      const float* const row = logits.row(static_cast<Index>(i - first));
      const std::vector<double> values(row, row + logits.columns());
      evaluation.add(values, run.validation[i].label);
    }
  }
  return evaluation.metrics();
}

/// The best evaluation so far, and how many came after it.
struct Best {
  double score = -INFINITY;
  Index since = 0;

  Trainer::Notes notes() const {
    return {{"best", std::to_string(score)}, {"since", std::to_string(since)}};
  }
  static Best of(const Trainer::Notes& notes) {
    if (!notes.contains("best") || !notes.contains("since")) return {};
    return {std::stod(notes.at("best")), std::stol(notes.at("since"))};
  }
};

/// Running means of what the progress line shows.
struct Running {
  double loss = 0, accuracy = 0, weight = 0;

  void add(const StepReport& report) {
    constexpr double fades = 0.98;
    loss = fades * loss + report.loss;
    accuracy = fades * accuracy + report.accuracy;
    weight = fades * weight + 1;
  }
};

std::string status_line(const Trainer& trainer, const Running& running, const StepReport& report,
                        double tokens_a_second, double seconds_left) {
  const double fraction =
      static_cast<double>(trainer.done()) / static_cast<double>(trainer.steps());
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "  step %td/%td  loss %.3f  accuracy %.3f  rate %.1e  %.0f tokens/s  %s left",
                trainer.done(), trainer.steps(), running.loss / running.weight,
                running.accuracy / running.weight, report.learning_rate, tokens_a_second,
                duration_text(seconds_left).c_str());
  return bar_text(fraction) + text.data();
}

std::string log_line(const StepReport& report, double epoch, double seconds) {
  const nlohmann::ordered_json json{{"step", report.step},
                                    {"epoch", epoch},
                                    {"loss", report.loss},
                                    {"accuracy", report.accuracy},
                                    {"learning_rate", report.learning_rate},
                                    {"gradient_norm", report.gradient_norm},
                                    {"texts", report.texts},
                                    {"tokens", report.tokens},
                                    {"seconds", seconds}};
  return json.dump();
}

std::string log_line(Index step, const Metrics& metrics) {
  nlohmann::ordered_json json{
      {"step", step},
      {"evaluation",
       {{"texts", metrics.texts}, {"loss", metrics.loss}, {"accuracy", metrics.accuracy}}}};
  if (metrics.problem == Problem::regression) json["evaluation"]["spearman"] = metrics.spearman;
  return json.dump();
}

void write_curves(const Run& run, const RunFolder& folder, const std::string& path) {
  LearningCurves curves = read_learning_log(folder.log_file());
  curves.has_accuracy = training_problem(run.config()) != Problem::regression;
  AtomicFile file(path);
  file.stream() << render_curves_svg(curves);
  file.commit();
}

/// Trains to the end or until evaluations stop getting better. With evaluations the best model is
/// what stays in the folder, else the last one.
class Training {
 public:
  Training(Run& run, const TrainOptions& options, Trainer& trainer, RunFolder& folder,
           WatchedTexts& watched)
      : run_(run), options_(options), trainer_(trainer), folder_(folder), watched_(watched) {}

  void go_on(Best best, const Interrupt& interrupt) {
    best_ = best;
    const Index every =
        options_.evaluate_every > 0 ? options_.evaluate_every : trainer_.steps_per_epoch();
    ProgressBar bar(!options_.quiet);
    Clock::time_point saved = Clock::now();
    while (trainer_.done() < trainer_.steps()) {
      one_step(bar);
      const bool last = trainer_.done() == trainer_.steps();
      if (!run_.validation.empty() && (last || trainer_.done() % every == 0)) {
        bar.clear();
        if (!look(interrupt)) break;
      }
      interrupt.check();
      const bool due = options_.save_every > 0 ? trainer_.done() % options_.save_every == 0
                                               : seconds_since(saved) >= 60 * options_.save_minutes;
      if (due && !last) {
        save();
        saved = Clock::now();
      }
    }
    bar.clear();
  }
  void save() const { trainer_.save_state(folder_.state(), best_.notes()); }
  double seconds() const { return seconds_; }
  Index tokens() const { return tokens_; }

 private:
  void one_step(ProgressBar& bar) {
    const auto begin = Clock::now();
    const StepReport report = trainer_.advance();
    seconds_ += seconds_since(begin);
    tokens_ += report.tokens;
    ++steps_;
    running_.add(report);
    folder_.log(log_line(
        report, static_cast<double>(report.step) / static_cast<double>(trainer_.steps_per_epoch()),
        seconds_since(begin)));
    bar.update([&](double, Index) {
      const double left = seconds_ / static_cast<double>(steps_) *
                          static_cast<double>(trainer_.steps() - trainer_.done());
      return status_line(trainer_, running_, report, static_cast<double>(tokens_) / seconds_, left);
    });
  }
  /// Evaluates, keeps the model if it is the best so far; false when it is time to stop.
  bool look(const Interrupt& interrupt) {
    const Metrics metrics = evaluate(run_, interrupt);
    folder_.log(log_line(trainer_.done(), metrics));
    const bool value = metrics.problem == Problem::regression;
    if (!options_.quiet) {
      std::fprintf(stderr, "integrad: step %td: loss %.4f%s\n", trainer_.done(), metrics.loss,
                   value ? "" : (", accuracy " + std::to_string(metrics.accuracy)).c_str());
    }
    watched_.explain(run_.classifier(), run_.start.source, trainer_.done());
    const double score = value ? -metrics.loss : metrics.accuracy;
    if (score > best_.score) {
      best_ = {score, 0};
      save_classifier(folder_.path(), run_.start.source, run_.classifier());
    } else {
      ++best_.since;
    }
    return options_.patience == 0 || best_.since < options_.patience;
  }

  Run& run_;
  const TrainOptions& options_;
  Trainer& trainer_;
  RunFolder& folder_;
  WatchedTexts& watched_;
  Best best_;
  Running running_;
  double seconds_ = 0;
  Index tokens_ = 0, steps_ = 0;
};

}  // namespace

int train(Arguments given) {
  const auto options = parse_train_options(given);
  if (!options) return exit_done;
  Run run = prepare(*options);
  Trainer trainer(run.classifier(), run.texts, options->training);
  RunFolder folder(options->output, options->force, options->resume);
  if (!options->plot.empty()) AtomicFile{options->plot};  // tried before the work, not after
  Best best;
  if (options->resume) best = Best::of(trainer.load_state(folder.state()));
  folder.open_log(trainer.done());
  if (!options->quiet) introduce(run, *options, trainer);

  const Interrupt interrupt;
  WatchedTexts watched(options->watch, folder.path(), options->model.compute, trainer.done());
  Training training(run, *options, trainer, folder, watched);
  try {
    training.go_on(best, interrupt);
  } catch (const Interrupted&) {
    training.save();
    if (!options->quiet) {
      std::fprintf(stderr, "integrad: stopped after step %td; --resume goes on\n", trainer.done());
    }
    throw;
  }
  if (run.validation.empty()) save_classifier(folder.path(), run.start.source, run.classifier());
  watched.finish();
  if (!options->plot.empty()) write_curves(run, folder, options->plot);
  std::error_code error;
  fs::remove(folder.state(), error);
  if (!options->quiet) {
    Output("").write("trained " + std::to_string(trainer.done()) +
                     (trainer.done() == 1 ? " step in " : " steps in ") +
                     duration_text(training.seconds()) + ", " +
                     std::to_string(std::llround(static_cast<double>(training.tokens()) /
                                                 std::max(1e-9, training.seconds()))) +
                     " tokens/s; the model is in " +
                     visible_text(folder.path().string(), Lines::show) + "\n");
  }
  return exit_done;
}

}  // namespace integrad::cli
