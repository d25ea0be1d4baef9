// Malformed checkpoints (fixtures/hostile), read as a loader of BERT would read them.

#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/weight_files.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

/// Reads the fields that describe a BERT classifier, then every tensor of it.
void load_like_bert(const std::filesystem::path& folder) {
  const ConfigFile config = ConfigFile::load(folder);
  constexpr Index largest = 1 << 20;
  for (const char* field :
       {"hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
        "vocab_size", "max_position_embeddings", "type_vocab_size"}) {
    config.integer(field, 1, largest);
  }
  config.integer("pad_token_id", 0, largest, 0);
  config.number("layer_norm_eps", 1e-12);
  config.string("hidden_act");
  config.string("model_type");
  config.labels();
  const WeightFiles files = WeightFiles::open(folder);
  for (const std::string& name : files.names()) read_all(files, name);
}

struct Refused {
  const char* folder;
  const char* file;   // must be named
  const char* fault;  // must be said
};

class RefusedCheckpoint : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedCheckpoint, IsRefusedWithOneClearLine) {
  const Refused& expected = GetParam();
  const std::string message =
      checkpoint_error([&] { load_like_bert(fixture("hostile") / expected.folder); });
  EXPECT_EQ(message.rfind(std::string(expected.file) + ": ", 0), 0U) << message;
  expect_contains(message, expected.fault);
  expect_contains(message, (fixture("hostile") / expected.folder).string());
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LT(message.size(), 600U);
}

constexpr const char* weights = "model.safetensors";
constexpr const char* torch_weights = "pytorch_model.bin";
constexpr const char* index_file = "model.safetensors.index.json";
constexpr const char* config_file = "config.json";

INSTANTIATE_TEST_SUITE_P(
    Weights, RefusedCheckpoint,
    ::testing::Values(
        Refused{"st_short_file", weights, "the file has 5 bytes"},
        Refused{"st_header_past_eof", weights, "announces a header of "},
        Refused{"st_header_too_large", weights, "announces a header of 100000001 bytes"},
        Refused{"st_header_overflow", weights, "announces a header of 18446744073709551612 bytes"},
        Refused{"st_overlap", weights, "overlap or leave a hole"},
        Refused{"st_hole", weights, "overlap or leave a hole"},
        Refused{"st_trailing_bytes", weights, "bytes follow"},
        Refused{"st_truncated_data", weights, "is the download complete?"},
        Refused{"st_shape_product", weights, "\"classifier.weight\" takes 72 bytes"},
        Refused{"st_shape_overflow", weights, "\"classifier.weight\" has an impossible shape"},
        Refused{"st_negative_shape", weights,
                "\"classifier.weight\": \"shape\" must be a list of whole numbers from 0"},
        Refused{"st_unknown_dtype", weights, "found \"F31\""},
        Refused{"st_duplicate_key", weights, "\"classifier.bias\" occurs twice"},
        Refused{"st_not_utf8", weights, "ill-formed UTF-8"},
        Refused{"st_header_array", weights, "must be a JSON object, found an array"},
        Refused{"st_deep_nesting", weights, "tensor \"a\" must be an object, found an array"},
        Refused{"st_nan_weight", weights, "\"classifier.weight\" holds nan in row 1, column 3"},
        Refused{"st_integer_weight", weights, "\"classifier.bias\" is stored as I32"}),
    [](const auto& test) { return std::string(test.param.folder); });

INSTANTIATE_TEST_SUITE_P(
    Pickles, RefusedCheckpoint,
    ::testing::Values(
        Refused{"pkl_os_system", torch_weights, "asks for \"posix.system\", which is not allowed"},
        Refused{"pkl_legacy_eval", torch_weights,
                "asks for \"__builtin__.eval\", which is not allowed"},
        Refused{"pkl_storage_short", torch_weights, "of 4000 bytes, found 8"},
        Refused{"pkl_stride_outside", torch_weights,
                "shape [2], strides [100] and offset 0, which do not fit its storage of 2 numbers"},
        Refused{"pkl_size_overflow", torch_weights, "no whole number from 0 to 2^63 - 1"},
        Refused{"pkl_truncated", torch_weights, "is the download complete?"},
        Refused{"pkl_memo", torch_weights, "fetches value 4000000000, which it never stored"},
        Refused{"pkl_stack_underflow", torch_weights, "takes more values from its pickle stack"},
        Refused{"pkl_huge_string", torch_weights, "4294967295 bytes should follow byte 7"},
        Refused{"zip_traversal", torch_weights, "has a name that leads out of a folder"},
        Refused{"zip_bomb", torch_weights, "is compressed; PyTorch stores its members"}),
    [](const auto& test) { return std::string(test.param.folder); });

INSTANTIATE_TEST_SUITE_P(
    Config, RefusedCheckpoint,
    ::testing::Values(
        Refused{"cfg_missing_hidden_size", config_file,
                "field \"hidden_size\" must be an integer from 1 to 1048576, but it is missing"},
        Refused{"cfg_negative_layers", config_file,
                "field \"num_hidden_layers\" must be an integer from 1 to 1048576, found the "
                "number -1"},
        Refused{"cfg_huge_vocab", config_file, "found the number 2147483648"},
        Refused{"cfg_zero_heads", config_file,
                "field \"num_attention_heads\" must be an integer from 1 to 1048576, found the "
                "number 0"},
        Refused{"cfg_wrong_type", config_file,
                "field \"hidden_size\" must be an integer from 1 to 1048576, found the string "
                "\"eight\""},
        Refused{"cfg_truncated", config_file, "not valid JSON at byte 101: "},
        Refused{"cfg_missing", config_file, "cannot be opened: No such file"}),
    [](const auto& test) { return std::string(test.param.folder); });

INSTANTIATE_TEST_SUITE_P(
    Shards, RefusedCheckpoint,
    ::testing::Values(
        Refused{"idx_outside", index_file, "found the string \"../base/model.safetensors\""},
        Refused{"idx_missing_shard", index_file, "shard \"model-00002-of-00002.safetensors\""},
        Refused{"idx_missing_tensor", index_file,
                "tensor \"classifier.extra\" is missing in shard"}),
    [](const auto& test) { return std::string(test.param.folder); });

/// pkl_os_system and zip_traversal would leave these files.
TEST(HostileCheckpoints, NothingIsExecutedOrWritten) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture("hostile"))) {
    const std::string name = entry.path().filename().string();
    EXPECT_NE(name, "executed.txt");
    EXPECT_NE(name, "evil");
  }
  EXPECT_FALSE(std::filesystem::exists("executed.txt"));
  EXPECT_FALSE(std::filesystem::exists("/tmp/evil"));
}

TEST(HostileCheckpoints, TheBaseLoads) { load_like_bert(fixture("hostile/base")); }

/// Faults that only the loader of models can judge: here the parts must be readable.
TEST(HostileCheckpoints, FaultsOfTheModelAreVisible) {
  const auto config = [](const char* folder) {
    return ConfigFile::load(fixture("hostile") / folder);
  };
  EXPECT_EQ(config("cfg_three_labels").labels(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(config("cfg_heads_not_dividing").integer("num_attention_heads", 1, 99), 3);
  EXPECT_EQ(config("cfg_unknown_model").string("model_type"), "quantum-bert");
  EXPECT_EQ(config("cfg_unknown_model").architecture(), "QuantumBertForSequenceClassification");
  EXPECT_EQ(config("cfg_unknown_act").string("hidden_act"), "sine");
  EXPECT_FALSE(WeightFiles::open(fixture("hostile/st_no_head")).contains("classifier.weight"));
}

TEST(HostileCheckpoints, MissingTensorIsNamed) {
  const WeightFiles files = WeightFiles::open(fixture("hostile/st_missing_tensor"));
  expect_contains(
      checkpoint_error([&] { read_all(files, "bert.encoder.layer.0.attention.self.key.weight"); }),
      "model.safetensors: tensor \"bert.encoder.layer.0.attention.self.key.weight\" is missing");
}

TEST(HostileCheckpoints, WrongShapeNamesBothShapes) {
  const WeightFiles files = WeightFiles::open(fixture("hostile/st_wrong_shape"));
  Matrix<float> output(8, 8);
  expect_contains(checkpoint_error([&] { files.read("bert.pooler.dense.weight", output.view()); }),
                  "tensor \"bert.pooler.dense.weight\" must have shape [8, 8], found [8, 4]");
}

}  // namespace
}  // namespace integrad
