// What `integrad train` is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/labelled_data.h"
#include "cli/options.h"
#include "integrad/training/trainer.h"

namespace integrad::cli {

struct TrainOptions {
  ModelOptions model;  // precision "auto": bf16 where the processor multiplies it faster
  DataOptions data;
  std::string validation;  // data like --data, evaluated on the way
  std::string labels;      // names of classes, with commas between
  std::string problem;     // "": as config.json says
  std::vector<std::string> freeze;
  TrainingOptions training;
  Index max_length = 256;
  Index evaluate_every = 0;        // steps; 0: once an epoch
  Index patience = 0;              // evaluations without a better one; 0: go on
  std::vector<std::string> watch;  // texts that are explained at every evaluation
  Index save_every = 0;            // steps; 0: by time
  double save_minutes = 5;
  std::string plot;  // file of curves; "": none
  std::string output;
  bool force = false, resume = false, quiet = false;
};

/// None when --help was asked for. Throws UsageError.
std::optional<TrainOptions> parse_train_options(std::span<const std::string> arguments);

}  // namespace integrad::cli
