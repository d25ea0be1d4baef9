// The sizes and meaning of a classifier, from config.json.
#pragma once

#include <string>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/models/family.h"

namespace integrad {

/// config.json's problem_type; unset means single-label (softmax) unless there is one label.
enum class Problem { single_label, multi_label, regression };

struct ModelConfig {
  const Family* family = nullptr;
  Index vocabulary_size = 0;
  Index hidden_size = 0;
  Index blocks = 0;
  Index heads = 0;
  Index inner_size = 0;
  Index positions = 0;    // rows of the position table: the longest sequence
  Index token_types = 0;  // 0: the family has none
  Activation activation = Activation::gelu;
  double layer_norm_epsilon = 1e-12;
  Problem problem = Problem::single_label;
  std::vector<std::string> labels;

  Index classes() const { return static_cast<Index>(labels.size()); }
  /// Probabilities are σ(logit) each, not a softmax over classes: several labels, or one logit.
  bool sigmoid() const { return problem == Problem::multi_label || classes() == 1; }
};

/// Throws CheckpointError naming the field, UnsupportedModel for a family or feature that is not
/// built here.
ModelConfig read_model_config(const ConfigFile& file);

}  // namespace integrad
