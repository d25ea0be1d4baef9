// What a model learns from: texts with labels, and where they came from.
#pragma once

#include <string>
#include <vector>

#include "integrad/attribution/explainer.h"
#include "integrad/training/loss.h"

namespace integrad {

/// `label` as loss.h says; `place` for messages: "reviews.csv:12", "train/pos/0_9.txt".
struct LabelledText {
  TextInput input;
  Label label;
  std::string place;
};

/// The two splits that data sets of film reviews come in.
enum class Split { train, test };

/// "train", "test"; throws UsageError for others.
Split parse_split(const std::string& name);

}  // namespace integrad
