// Explanations of a few texts while a model learns.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "integrad/attribution/explainer.h"
#include "integrad/training/gradients.h"

namespace integrad::cli {

class WatchedTexts {
 public:
  /// `folder`: of the run.
  WatchedTexts(std::vector<std::string> texts, std::filesystem::path folder,
               const ComputeOptions& compute);

  /// Explains all texts with the weights of this step and keeps the result in watched.jsonl.
  void explain(TrainableClassifier<float>& classifier, const std::filesystem::path& source,
               Index step);
  /// Writes watched.html: step after step, what carried the prediction.
  void finish() const;

 private:
  std::vector<TextInput> texts_;
  std::filesystem::path folder_;
  ComputeOptions compute_;
  std::string cards_, head_;
  Index count_ = 0;
};

}  // namespace integrad::cli
