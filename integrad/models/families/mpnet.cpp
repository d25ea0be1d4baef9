// MPNet (Song et al. 2020, arXiv 2004.09297): positions from the ids, and scores biased by
// distance.
#include "integrad/models/model_config.h"

namespace integrad {
namespace {

constexpr ModuleName names[] = {
    {"embeddings.words", "mpnet.embeddings.word_embeddings"},
    {"embeddings.positions", "mpnet.embeddings.position_embeddings"},
    {"embeddings.norm", "mpnet.embeddings.LayerNorm"},
    {"block.attention.query", "attention.attn.q"},
    {"block.attention.key", "attention.attn.k"},
    {"block.attention.value", "attention.attn.v"},
    {"block.attention.output", "attention.attn.o"},
    {"block.attention.relative_bias", "mpnet.encoder.relative_attention_bias"},
    {"block.attention_norm", "attention.LayerNorm"},
    {"block.feed_forward.inner", "intermediate.dense"},
    {"block.feed_forward.output", "output.dense"},
    {"block.output_norm", "output.LayerNorm"},
    {"head.dense", "classifier.dense"},
    {"head.classifier", "classifier.out_proj"},
};

void read_buckets(const ConfigFile& file, ModelConfig& config) {
  // Fewer than 4 leave no bucket for a single distance.
  config.block = EncoderBlockOptions{
      .relative_buckets = file.integer("relative_attention_num_buckets", 4, 4096, 32)};
}

}  // namespace

constinit const Family mpnet{
    .model_type = "mpnet",
    .architecture = "MPNetForSequenceClassification",
    .prefix = "mpnet.",
    .blocks = "mpnet.encoder.layer",
    .names = names,
    .vocabulary_size = {"vocab_size", 30527},
    .position_ids = PositionIds::ids,
    .padding_id = 1,
    .padding_id_from_config = false,  // transformers: always 1
    .distances = true,
    .read_more = read_buckets,
};

}  // namespace integrad
