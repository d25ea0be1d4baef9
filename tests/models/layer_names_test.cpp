#include "integrad/models/layer_names.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

ModelConfig three_blocks(const Family& family) {
  ModelConfig config;
  config.family = &family;
  config.blocks = 3;
  return config;
}

TEST(LayerNames, ShortModuleAndTail) {
  const ModelConfig config = three_blocks(distilbert);
  EXPECT_EQ(layer_names(config).size(), 5U);
  EXPECT_EQ(find_layer(config, "embeddings").output, Cut::embeddings);
  EXPECT_EQ(find_layer(config, "distilbert.embeddings").output, Cut::embeddings);
  EXPECT_EQ(find_layer(config, "embeddings.word_embeddings").output, Cut::word_embeddings);
  EXPECT_EQ(find_layer(config, "layer.2").output, block_output(2));
  EXPECT_EQ(find_layer(config, "transformer.layer.2").name, "layer.2");
  EXPECT_EQ(find_layer(three_blocks(bert), "bert.encoder.layer.0").output, block_output(0));
}

TEST(LayerNames, UnknownNamesListWhatThereIs) {
  for (const char* name : {"", "layer.3", "ayer.1", "layer.-1", "2", "bert.embeddings"}) {
    EXPECT_THROW(find_layer(three_blocks(distilbert), name), UsageError) << name;
  }
}

TEST(LayerNames, InputOfALayerIsTheOutputBeforeIt) {
  const ModelConfig config = three_blocks(bert);
  EXPECT_EQ(input_cut(find_layer(config, "layer.0")), Cut::embeddings);
  EXPECT_EQ(input_cut(find_layer(config, "layer.2")), block_output(1));
  EXPECT_THROW(input_cut(find_layer(config, "embeddings")), UsageError);
  EXPECT_THROW(input_cut(find_layer(config, "word_embeddings")), UsageError);
}

}  // namespace
}  // namespace integrad
