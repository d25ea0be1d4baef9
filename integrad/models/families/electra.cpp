// ELECTRA (Clark et al. 2020): BERT's blocks, narrower embeddings, a gelu head without a pooler.
#include "integrad/models/family.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "electra.embeddings.word_embeddings"},
    {"embeddings.positions", "electra.embeddings.position_embeddings"},
    {"embeddings.token_types", "electra.embeddings.token_type_embeddings"},
    {"embeddings.norm", "electra.embeddings.LayerNorm"},
    {"projection", "electra.embeddings_project"},
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

}  // namespace

constinit const Family electra{
    .model_type = "electra",
    .architecture = "ElectraForSequenceClassification",
    .prefix = "electra.",
    .blocks = "electra.encoder.layer",
    .names = names,
    .hidden_size = {"hidden_size", 256},
    .head_count = {"num_attention_heads", 4},
    .inner_size = {"intermediate_size", 1024},
    .embedding_size = {"embedding_size", 128},
    .token_types = 2,
    .widening = Widening::behind_norm,
    .head_activation = Activation::gelu,
    .dropout = {.head_input = true},
};

}  // namespace integrad
