// Settings of config.json that no fixture has, on the weights of the fixtures: logits and gradients
// of transformers 4.57.6 in double (softmax and angles of ModernBERT in double too).
#include <gtest/gtest.h>

#include <fstream>

#include "integrad/base/error.h"
#include "integrad/models/classifier.h"
#include "tests/support/random_matrix.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;
using testing::relative_difference;

/// The fixture's configuration with other fields.
ModelConfig config_with(const ModelFixture& fixture, const nlohmann::json& fields) {
  nlohmann::json json;
  std::ifstream(fixture.directory / "config.json") >> json;
  json.update(fields);
  return read_model_config(ConfigFile::parse(json.dump(), fixture.directory / "config.json"));
}

/// Logits of text 0, and the derivative of logit 1 with respect to the word vectors.
struct Result {
  Matrix<double> logits, d_vectors;
};

Result run(const std::string& model, const nlohmann::json& fields, bool only_first_rows = true) {
  const ModelFixture fixture(model);
  const auto classifier =
      Classifier<double>::load(config_with(fixture, fields), WeightFiles::open(fixture.directory));
  Workspace<double> workspace(make_backend<double>("reference"));
  const TokenBatch batch = batch_of(fixture, 0);
  Matrix<double> vectors, summary, d_logits(1, 2), d_summary(1, classifier.config().hidden_size);
  Result result{Matrix<double>(1, 2), {}};
  classifier.forward_to(Cut::word_embeddings, batch, workspace, vectors);
  classifier.forward_from(Cut::word_embeddings, vectors, batch, workspace, summary,
                          {.only_first_rows = only_first_rows});
  classifier.head().forward(*workspace.backend, summary, result.logits, workspace.head);
  d_logits(0, 0) = 0;
  d_logits(0, 1) = 1;
  classifier.head().backward(*workspace.backend, workspace.head, d_logits, d_summary);
  result.d_vectors.resize(vectors.rows(), vectors.columns());
  classifier.backward_to(Cut::word_embeddings, d_summary, batch, workspace, result.d_vectors);
  return result;
}

/// d_column: column 3 of the derivative, a token each.
void expect_result(const Result& found, const std::vector<double>& logits,
                   const std::vector<double>& d_column) {
  for (std::size_t c = 0; c < logits.size(); ++c) {
    EXPECT_NEAR(found.logits(0, static_cast<Index>(c)), logits[c], 1e-12);
  }
  ASSERT_EQ(found.d_vectors.rows(), static_cast<Index>(d_column.size()));
  for (std::size_t t = 0; t < d_column.size(); ++t) {
    EXPECT_NEAR(found.d_vectors(static_cast<Index>(t), 3), d_column[t], 1e-12) << "token " << t;
  }
}

const nlohmann::json modern_fields{
    {"classifier_pooling", "cls"}, {"global_attn_every_n_layers", 2},
    {"local_attention", 6},        {"local_rope_theta", nullptr},
    {"hidden_activation", "silu"}, {"classifier_activation", "relu"}};
const std::vector<double> modern_logits{0.7767380633815464, 0.7520700984451192};
const std::vector<double> modern_d_column{-1.43434461631018, -0.436279442859785, -0.188626690054438,
                                          0.404787507084743, -0.415280946353037, 0.466580617823107,
                                          0.523192590696817, 0.223149956836836,  0.265750344528944,
                                          0.258746782803516};

TEST(ModernBertSettings, FirstRowSummaryOtherWindowAndActivations) {
  expect_result(run("modernbert", modern_fields), modern_logits, modern_d_column);
}

TEST(ModernBertSettings, FirstRowsOnlyOrAllRows) {
  const Result first = run("modernbert", modern_fields, true);
  const Result all = run("modernbert", modern_fields, false);
  EXPECT_LT(relative_difference(first.logits, all.logits), 1e-13);
  EXPECT_LT(relative_difference(first.d_vectors, all.d_vectors), 1e-13);
}

/// Transformers 5 lists the layers' types and their angles.
TEST(ModernBertSettings, NewNamesOfTheSameFields) {
  nlohmann::json fields = modern_fields;
  fields["global_attn_every_n_layers"] = 1;  // not read beside layer_types
  fields["global_rope_theta"] = 5.0;
  fields["layer_types"] = {"full_attention", "sliding_attention", "full_attention",
                           "sliding_attention"};
  fields["rope_parameters"] = {
      {"full_attention", {{"rope_type", "default"}, {"rope_theta", 160000.0}}},
      {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 160000.0}}}};
  expect_result(run("modernbert", fields), modern_logits, modern_d_column);
}

TEST(ModernBertSettings, WhatIsNotBuiltOrWrongIsSaid) {
  const ModelFixture fixture("modernbert");
  const auto read = [&](const nlohmann::json& fields) { return config_with(fixture, fields); };
  EXPECT_THROW(read({{"rope_scaling", {{"rope_type", "yarn"}}}}), UnsupportedModel);
  EXPECT_THROW(read({{"rope_scaling", {{"type", "linear"}}}}), UnsupportedModel);
  EXPECT_THROW(read({{"classifier_pooling", "max"}}), CheckpointError);
  EXPECT_THROW(read({{"layer_types", {"full_attention"}}}), CheckpointError);
  EXPECT_THROW(read({{"layer_types", {"a", "b", "c", "d"}}}), CheckpointError);
  EXPECT_THROW(read({{"layer_types", {1, 2, 3, 4}}}), CheckpointError);
  EXPECT_THROW(read({{"layer_types", "full_attention"}}), CheckpointError);
  EXPECT_THROW(read({{"num_attention_heads", 32}}), CheckpointError);  // one column a head
  EXPECT_THROW(read({{"local_attention", 1}}), CheckpointError);
  EXPECT_THROW(read({{"global_rope_theta", 0}}), CheckpointError);
  EXPECT_THROW(read({{"classifier_activation", "snake"}}), UnsupportedModel);
}

TEST(MobileBertSettings, LayerNormsOtherHeadsAndNoPoolerActivation) {
  expect_result(run("mobilebert", {{"normalization_type", "layer_norm"},
                                   {"hidden_act", "gelu"},
                                   {"classifier_activation", false},
                                   {"num_attention_heads", 8}}),
                {0.16224746656236338, 1.1297912737984972},
                {-0.235954022778691, 0.0519699416686775, 0.0128947101281712, 0.0211176583414891,
                 0.0163304800943212, 0.0170995289454455, 0.0158722773525989, 0.0227722971698204,
                 0.0277764735620061});
}

TEST(MobileBertSettings, WhatIsNotBuiltOrWrongIsSaid) {
  const ModelFixture fixture("mobilebert");
  const auto read = [&](const nlohmann::json& fields) { return config_with(fixture, fields); };
  EXPECT_THROW(read({{"normalization_type", "batch_norm"}}), CheckpointError);
  EXPECT_THROW(read({{"key_query_shared_bottleneck", false}}), CheckpointError);
  EXPECT_THROW(read({{"intra_bottleneck_size", 30}}), CheckpointError);
  EXPECT_THROW(read({{"num_feedforward_networks", 0}}), CheckpointError);
  EXPECT_THROW(read({{"num_feedforward_networks", 9}}), CheckpointError);
  EXPECT_NO_THROW(read({{"key_query_shared_bottleneck", false}, {"intra_bottleneck_size", 48}}));
}

TEST(DebertaSettings, WhatIsNotBuiltOrWrongIsSaid) {
  const ModelFixture fixture("deberta-v3");
  const auto read = [&](const nlohmann::json& fields) { return config_with(fixture, fields); };
  EXPECT_THROW(read({{"attention_head_size", 10}}), CheckpointError);
  EXPECT_THROW(read({{"pooler_hidden_size", 50}}), CheckpointError);
  EXPECT_THROW(read({{"pooler_hidden_act", "snake"}}), UnsupportedModel);
  EXPECT_THROW(read({{"conv_kernel_size", 4}}), CheckpointError);
  EXPECT_THROW(read({{"conv_kernel_size", 3}, {"conv_groups", 5}}), CheckpointError);
  EXPECT_THROW(read({{"conv_kernel_size", 3}, {"conv_act", "snake"}}), UnsupportedModel);
  EXPECT_THROW(read({{"position_buckets", 1}}), CheckpointError);
  EXPECT_THROW(read({{"max_relative_positions", 9}}), CheckpointError);
  EXPECT_THROW(read({{"pos_att_type", {1}}}), CheckpointError);
  EXPECT_NO_THROW(read({{"pos_att_type", "C2P | p2c"}}));
  EXPECT_NO_THROW(read({{"max_relative_positions", 10}}));
}

/// A checkpoint that does not hold what config.json says fails before it is read.
TEST(FamilySettings, ShapesThatDoNotMatch) {
  const auto load = [](const std::string& model, const nlohmann::json& fields) {
    const ModelFixture fixture(model);
    return Classifier<double>::load(config_with(fixture, fields),
                                    WeightFiles::open(fixture.directory));
  };
  EXPECT_THROW(load("modernbert", {{"intermediate_size", 64}}), CheckpointError);
  EXPECT_THROW(load("modernbert", {{"norm_bias", true}}), CheckpointError);
  EXPECT_THROW(load("deberta-v3", {{"position_buckets", 20}}), CheckpointError);
  EXPECT_THROW(load("deberta-v3", {{"conv_kernel_size", 3}}), CheckpointError);
  EXPECT_THROW(load("deberta-v3", {{"share_att_key", false}}), CheckpointError);
  EXPECT_THROW(load("deberta-convolution", {{"conv_kernel_size", 5}}), CheckpointError);
  EXPECT_THROW(load("deberta-convolution", {{"conv_groups", 4}}), CheckpointError);
  EXPECT_THROW(load("mobilebert", {{"trigram_input", false}}), CheckpointError);
  EXPECT_THROW(load("mobilebert", {{"num_feedforward_networks", 3}}), CheckpointError);
  EXPECT_THROW(load("mobilebert", {{"use_bottleneck_attention", true}}), CheckpointError);
}

}  // namespace
}  // namespace integrad
