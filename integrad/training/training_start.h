// A classifier and what belongs to it when a training begins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "integrad/attribution/options.h"
#include "integrad/text/tokenizer.h"
#include "integrad/training/gradients.h"

namespace integrad {

struct StartOptions {
  std::vector<std::string> labels;  // names of classes 0, 1, …; none: the model's
  std::optional<Problem> problem;   // none: as config.json says
  std::vector<std::string> freeze;  // parameters whose name contains one of these
  std::uint64_t seed = 0;           // of a new head
  ComputeOptions compute;
};

struct TrainingStart {
  std::filesystem::path source;  // the model it begins with; save_classifier wants it again
  Tokenizer tokenizer;
  TrainableClassifier<float> classifier;
  std::vector<std::string> fresh;  // parameters that the checkpoint has not, or for other labels
};

/// Reads a folder in the layout of save_pretrained. Throws CheckpointError, TokenizerError or
/// UnsupportedModel, and UsageError when tokenizer and weights do not belong together or nothing is
/// called as `freeze` says.
TrainingStart start_training(const std::filesystem::path& source, const StartOptions& options);

}  // namespace integrad
