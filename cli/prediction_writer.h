// Predictions as a table, JSON, JSON Lines or CSV, one after another.
#pragma once

#include "cli/format.h"
#include "cli/output.h"
#include "integrad/attribution/explainer.h"

namespace integrad::cli {

class PredictionWriter {
 public:
  PredictionWriter(Format format, ModelCard model, Output& output)
      : format_(format), model_(std::move(model)), output_(output) {}

  void write(const Prediction& prediction);
  /// Once, at the end.
  void finish();

 private:
  void begin();

  Format format_;
  ModelCard model_;
  Output& output_;
  Index count_ = 0;
  bool begun_ = false;
};

}  // namespace integrad::cli
