// BERT (Devlin et al. 2018): token types, tanh pooler, epsilon from config.json.
#include "integrad/models/family.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "bert.embeddings.word_embeddings"},
    {"embeddings.positions", "bert.embeddings.position_embeddings"},
    {"embeddings.token_types", "bert.embeddings.token_type_embeddings"},
    {"embeddings.norm", "bert.embeddings.LayerNorm"},
    {"block.attention.query", "attention.self.query"},
    {"block.attention.key", "attention.self.key"},
    {"block.attention.value", "attention.self.value"},
    {"block.attention.output", "attention.output.dense"},
    {"block.attention.relative_keys", "attention.self.distance_embedding"},
    {"block.attention_norm", "attention.output.LayerNorm"},
    {"block.feed_forward.inner", "intermediate.dense"},
    {"block.feed_forward.output", "output.dense"},
    {"block.output_norm", "output.LayerNorm"},
    {"head.dense", "bert.pooler.dense"},
    {"head.classifier", "classifier"},
};

}  // namespace

constinit const Family bert{
    .model_type = "bert",
    .architecture = "BertForSequenceClassification",
    .prefix = "bert.",
    .blocks = "bert.encoder.layer",
    .names = names,
    .token_types = 2,
};

}  // namespace integrad
