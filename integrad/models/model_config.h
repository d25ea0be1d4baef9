// The sizes and meaning of a classifier, from config.json.
#pragma once

#include <string>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/layers/classification_head.h"
#include "integrad/layers/pooling.h"
#include "integrad/models/block.h"
#include "integrad/models/family.h"

namespace integrad {

/// config.json's problem_type; unset means single-label (softmax) unless there is one label.
enum class Problem { single_label, multi_label, regression };

/// With which probability training leaves entries out, place by place.
struct DropoutRates {
  double embeddings = 0, attention = 0, attention_output = 0, feed_forward = 0;
  double head_input = 0, head = 0;
};

struct ModelConfig {
  const Family* family = nullptr;
  Index vocabulary_size = 0;
  Index word_size = 0;        // columns of the word table
  Index embeddings_size = 0;  // columns of what leaves the embeddings block
  Index hidden_size = 0;      // columns of what the encoder blocks read and write
  bool projection = false;    // a linear map between the embeddings and the first block
  Index blocks = 0;           // how many are run; some may share their weights
  Index block_groups = 0;     // ALBERT: blocks with weights of their own; 0: every block
  Index inner_blocks = 1;     // ALBERT: blocks of a group
  Index heads = 0;
  Index inner_size = 0;
  Index positions = 0;          // rows of the position table; 0: the family has none
  std::int32_t padding_id = 0;  // where position ids come from token ids
  Index longest = 0;            // text, in tokens
  bool distances = false;       // Family::distances, or of this model
  Index token_types = 0;        // 0: the family has none
  Activation activation = Activation::gelu;
  double layer_norm_epsilon = 1e-12;
  BlockOptions block;
  AnyEmbeddingsOptions embeddings;
  PoolingOptions pooling;
  HeadOptions head;
  DropoutRates dropout;
  Problem problem = Problem::single_label;
  std::vector<std::string> labels;

  Index classes() const { return static_cast<Index>(labels.size()); }
  /// Probabilities are σ(logit) each, not a softmax over classes: several labels, or one logit.
  bool sigmoid() const { return problem == Problem::multi_label || classes() == 1; }

  /// Blocks that have weights of their own, and the one of them that serves as block `k`.
  Index distinct_blocks() const { return block_groups > 0 ? block_groups * inner_blocks : blocks; }
  Index distinct_block(Index k) const;
  BlockSizes block_sizes() const {
    return {hidden_size, heads, inner_size, activation, layer_norm_epsilon, longest};
  }
};

/// Throws CheckpointError naming the field, UnsupportedModel for a family or feature that is not
/// built here.
ModelConfig read_model_config(const ConfigFile& file);

}  // namespace integrad
