// RoBERTa (Liu et al. 2019) and the families that share its tensors: XLM-R (Conneau et al. 2020),
// CamemBERT (Martin et al. 2020). Positions come from the ids; no pooler, the head has a dense
// layer.
#include "integrad/models/family.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "roberta.embeddings.word_embeddings"},
    {"embeddings.positions", "roberta.embeddings.position_embeddings"},
    {"embeddings.token_types", "roberta.embeddings.token_type_embeddings"},
    {"embeddings.norm", "roberta.embeddings.LayerNorm"},
    {"block.attention.query", "attention.self.query"},
    {"block.attention.key", "attention.self.key"},
    {"block.attention.value", "attention.self.value"},
    {"block.attention.output", "attention.output.dense"},
    {"block.attention.relative_keys", "attention.self.distance_embedding"},
    {"block.attention_norm", "attention.output.LayerNorm"},
    {"block.feed_forward.inner", "intermediate.dense"},
    {"block.feed_forward.output", "output.dense"},
    {"block.output_norm", "output.LayerNorm"},
    {"head.dense", "classifier.dense"},
    {"head.classifier", "classifier.out_proj"},
};

constexpr Family family(std::string_view model_type, std::string_view architecture) {
  return {
      .model_type = model_type,
      .architecture = architecture,
      .prefix = "roberta.",
      .blocks = "roberta.encoder.layer",
      .names = names,
      .vocabulary_size = {"vocab_size", 50265},
      .token_types = 2,
      .position_ids = PositionIds::ids,
      .padding_id = 1,
      .dropout = {.head_input = true},
  };
}

}  // namespace

constinit const Family roberta = family("roberta", "RobertaForSequenceClassification");
constinit const Family xlm_roberta = family("xlm-roberta", "XLMRobertaForSequenceClassification");
constinit const Family camembert = family("camembert", "CamembertForSequenceClassification");

}  // namespace integrad
