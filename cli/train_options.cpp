#include "cli/train_options.h"

#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/options.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

/// The numbers of alibi's example: fine-tuning of DistilBERT, and of BERT, on IMDB.
void apply_preset(const std::string& name, TrainOptions& options) {
  TrainingOptions& training = options.training;
  training.schedule = {.decay = Decay::linear, .peak = 5e-5};
  training.adam = {.decoupled = false};
  training.epochs = 1;
  options.max_length = 256;
  if (name == "distilbert-imdb") {
    training.batch_size = 16;  // 1563 steps an epoch
  } else if (name == "bert-imdb") {
    training.batch_size = 8;
    training.steps = 15468;
    training.schedule.warmup = 1546;
  } else {
    throw UsageError("unknown --preset \"" + name + "\"; choose distilbert-imdb or bert-imdb");
  }
}

/// A preset comes first, wherever it stands: other options change what it says.
std::string preset_of(std::span<const std::string> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--preset" && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with("--preset=")) return arguments[i].substr(9);
  }
  return "";
}

}  // namespace

std::optional<TrainOptions> parse_train_options(std::span<const std::string> arguments) {
  TrainOptions options;
  options.model.compute.precision = parse_precision("auto");
  TrainingOptions& training = options.training;
  training.adam.weight_decay = 0.01;
  std::string preset = preset_of(arguments), optimizer, schedule;
  if (!preset.empty()) apply_preset(preset, options);
  bool no_dropout = false;
  CLI::App app("", "train");
  add_model_options(app, options.model);
  add_data_options(app, options.data);
  app.add_option("--preset", preset);
  app.add_option("--validation", options.validation);
  app.add_option("--labels", options.labels);
  app.add_option("--problem", options.problem);
  app.add_option("--freeze", options.freeze)->expected(1)->take_all();
  app.add_option("--max-length", options.max_length);
  app.add_option("--epochs", training.epochs);
  app.add_option("--steps", training.steps);
  app.add_option("--batch-size", training.batch_size);
  app.add_option("--micro-batch-size", training.micro_batch_size);
  app.add_option("--learning-rate", training.schedule.peak);
  app.add_option("--schedule", schedule);
  app.add_option("--power", training.schedule.power);
  app.add_option("--end-learning-rate", training.schedule.end);
  app.add_option("--warmup-steps", training.schedule.warmup);
  app.add_option("--optimizer", optimizer);
  app.add_option("--weight-decay", training.adam.weight_decay);
  app.add_option("--clip", training.clip);
  add_seed_option(app, training.seed);
  app.add_flag("--no-dropout", no_dropout);
  app.add_option("--evaluate-every", options.evaluate_every);
  app.add_option("--patience", options.patience);
  app.add_option("--watch", options.watch)->expected(1)->take_all();
  app.add_option("--plot", options.plot);
  app.add_option("--save-every", options.save_every);
  app.add_option("--save-minutes", options.save_minutes);
  app.add_option("--output", options.output);
  app.add_flag("--force", options.force);
  app.add_flag("--resume", options.resume);
  app.add_flag("--quiet", options.quiet);
  const auto texts = parse_arguments(app, train_help, arguments);
  if (!texts) return {};
  refuse_texts(*texts);
  training.dropout = !no_dropout;
  if (!schedule.empty()) training.schedule.decay = parse_decay(schedule);
  if (optimizer == "adam" || optimizer == "adamw") {
    training.adam.decoupled = optimizer == "adamw";
  } else if (!optimizer.empty()) {
    throw UsageError("unknown --optimizer \"" + optimizer + "\"; choose adam or adamw");
  }
  if (options.output.empty()) {
    throw UsageError("no --output; give the folder that the trained model is to be written to");
  }
  if (options.max_length < 3) throw UsageError("--max-length must be at least 3");
  if (options.validation.empty() && (options.patience > 0 || !options.watch.empty())) {
    throw UsageError("--patience and --watch need --validation, which says when to look");
  }
  return options;
}

}  // namespace integrad::cli
