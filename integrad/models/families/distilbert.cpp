// DistilBERT (Sanh et al. 2019): no token types, no pooler but a ReLU layer before the classifier,
// epsilon 1e-12 whatever config.json says.
#include "integrad/models/family.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "distilbert.embeddings.word_embeddings"},
    {"embeddings.positions", "distilbert.embeddings.position_embeddings"},
    {"embeddings.norm", "distilbert.embeddings.LayerNorm"},
    {"block.attention.query", "attention.q_lin"},
    {"block.attention.key", "attention.k_lin"},
    {"block.attention.value", "attention.v_lin"},
    {"block.attention.output", "attention.out_lin"},
    {"block.attention_norm", "sa_layer_norm"},
    {"block.feed_forward.inner", "ffn.lin1"},
    {"block.feed_forward.output", "ffn.lin2"},
    {"block.output_norm", "output_layer_norm"},
    {"head.dense", "pre_classifier"},
    {"head.classifier", "classifier"},
};

}  // namespace

constinit const Family distilbert{
    .model_type = "distilbert",
    .architecture = "DistilBertForSequenceClassification",
    .prefix = "distilbert.",
    .blocks = "distilbert.transformer.layer",
    .names = names,
    .hidden_size = {"dim", 768},
    .block_count = {"n_layers", 6},
    .head_count = {"n_heads", 12},
    .inner_size = {"hidden_dim", 3072},
    .activation = "activation",
    .epsilon = "",
    .epsilon_fallback = 1e-12,
    .head_activation = Activation::relu,
    .dropout = {.hidden = "dropout",
                .attention = "attention_dropout",
                .head = "seq_classif_dropout",
                .head_fallback = 0.2,
                .attention_output = false},
};

}  // namespace integrad
