// Checkpoints whose fault shows only when the model is put together.
#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "integrad/models/classifier.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

/// The message of the error that loading gives; "" when it loads.
std::string load_error(const std::string& folder) {
  const auto directory = testing::fixtures / "hostile" / folder;
  try {
    (void)Classifier<float>::load(read_model_config(ConfigFile::load(directory)),
                                  WeightFiles::open(directory));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(HostileModels, TheBaseLoads) { EXPECT_EQ(load_error("base"), ""); }

struct Case {
  const char* folder;
  std::vector<const char*> mentions;
};

TEST(HostileModels, AreRefusedWithAClearLine) {
  const std::vector<Case> cases{
      {"st_missing_tensor", {"bert.encoder.layer.0.attention.self.key.weight"}},
      {"st_wrong_shape", {"bert.pooler.dense.weight", "8, 8", "8, 4"}},
      {"st_no_head", {"no classification head"}},
      {"st_integer_weight", {"classifier.bias", "I32"}},
      {"st_nan_weight", {"classifier.weight"}},
      {"cfg_missing_hidden_size", {"768"}},
      {"cfg_negative_layers", {"num_hidden_layers"}},
      {"cfg_huge_vocab", {"vocab_size"}},
      {"cfg_zero_heads", {"num_attention_heads"}},
      {"cfg_heads_not_dividing", {"num_attention_heads", "hidden_size"}},
      {"cfg_unknown_model", {"quantum-bert", "distilbert"}},
      {"cfg_unknown_act", {"hidden_act", "sine"}},
      {"cfg_wrong_type", {"hidden_size"}},
      {"cfg_three_labels", {"classifier.weight", "3, 8", "2, 8"}},
      {"cfg_truncated", {"config.json"}},
      {"cfg_missing", {"config.json"}},
      {"idx_outside", {"model.safetensors.index.json"}},
      {"idx_missing_shard", {"model-00002-of-00002.safetensors"}},
      {"idx_missing_tensor", {"classifier.extra"}},
  };
  for (const Case& c : cases) {
    const std::string message = load_error(c.folder);
    EXPECT_NE(message, "") << c.folder << " was accepted";
    EXPECT_EQ(message.find('\n'), std::string::npos) << c.folder;
    for (const char* part : c.mentions) {
      EXPECT_NE(message.find(part), std::string::npos) << c.folder << ": " << message;
    }
  }
}

}  // namespace
}  // namespace integrad
