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
  /// `folder`: of the run. `done`: steps of a former part of it; what its watched.jsonl says of
  /// these stays, and nothing else.
  WatchedTexts(std::vector<std::string> texts, std::filesystem::path folder,
               const ComputeOptions& compute, Index done);

  /// Explains all texts with the weights of this step, for every class if there are few, and keeps
  /// the result in watched.jsonl.
  void explain(TrainableClassifier<float>& classifier, const std::filesystem::path& source,
               Index step);
  /// Writes watched.html: for each text what carried the class that is predicted in the end, step
  /// after step.
  void finish() const;

 private:
  std::filesystem::path log() const { return folder_ / "watched.jsonl"; }

  std::vector<TextInput> texts_;
  std::filesystem::path folder_;
  ComputeOptions compute_;
  ModelCard card_;
  ExplanationSettings settings_;
};

}  // namespace integrad::cli
