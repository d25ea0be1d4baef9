// The log of a training run, read back for its curves.
#pragma once

#include <filesystem>

#include "integrad/render/learning.h"

namespace integrad::cli {

/// Of train_log.jsonl; lines that are no steps or evaluations are passed over.
LearningCurves read_learning_log(const std::filesystem::path& file);

}  // namespace integrad::cli
