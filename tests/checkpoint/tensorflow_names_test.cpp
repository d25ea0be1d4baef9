#include "integrad/checkpoint/tensorflow_names.h"

#include <gtest/gtest.h>

#include <utility>

namespace integrad {
namespace {

TEST(TensorflowNames, AreSpelledAsPyTorchDoes) {
  for (const auto& [name, expected] : std::vector<std::pair<std::string, std::string>>{
           {"bert/encoder/layer_._0/attention/self/query/kernel:0",
            "bert.encoder.layer.0.attention.self.query.weight"},
           {"bert/embeddings/LayerNorm/gamma:0", "bert.embeddings.LayerNorm.weight"},
           {"bert/embeddings/LayerNorm/beta:0", "bert.embeddings.LayerNorm.bias"},
           {"bert/embeddings/word_embeddings/weight:0", "bert.embeddings.word_embeddings.weight"},
           {"bert/embeddings/position_embeddings/embeddings:0",
            "bert.embeddings.position_embeddings.weight"},
           {"albert/encoder/albert_layer_groups_._0/albert_layers_._11/ffn/bias:0",
            "albert.encoder.albert_layer_groups.0.albert_layers.11.ffn.bias"},
           {"albert/pooler/kernel:0", "albert.pooler.weight"},
           {"classifier//kernel:0", "classifier.weight"},
           {"a/scope___dense/kernel:0", "a.dense.weight"},
           {"bert.pooler.dense.weight", "bert.pooler.dense.weight"},
           {"gamma", "gamma"}}) {
    EXPECT_EQ(tensorflow_name(name).name, expected) << name;
    EXPECT_EQ(tensorflow_name(name).reversed, name.find("kernel") != std::string::npos) << name;
  }
  EXPECT_EQ(without_model_name("tf_bert/classifier/kernel:0"), "classifier/kernel:0");
  EXPECT_EQ(without_model_name("kernel"), "kernel");
}

TEST(TensorflowNames, KernelsHaveTheirAxesReversed) {
  const auto converted = [](const std::string& name, const std::vector<Index>& shape) {
    return from_tensorflow({name, Dtype::f32, shape, dense_strides(shape), {}});
  };
  const StoredTensor dense = converted("a/kernel:0", {2, 3});
  EXPECT_EQ(dense.shape, (std::vector<Index>{3, 2}));
  EXPECT_EQ(dense.strides, (std::vector<Index>{1, 3}));
  const StoredTensor convolution = converted("a/kernel:0", {5, 2, 3});  // size, in, out
  EXPECT_EQ(convolution.shape, (std::vector<Index>{3, 2, 5}));
  EXPECT_EQ(convolution.strides, (std::vector<Index>{1, 3, 6}));
  EXPECT_EQ(converted("a/embeddings:0", {2, 3}).shape, (std::vector<Index>{2, 3}));
}

}  // namespace
}  // namespace integrad
