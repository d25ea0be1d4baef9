// files/*.h5: written by h5py with files/make_files.py.
#include "integrad/checkpoint/hdf5_file.h"

#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

class Hdf5File : public ::testing::Test {
 protected:
  WeightFiles open(const std::string& file) {
    std::filesystem::copy_file(small_file(file), folder_ / "tf_model.h5",
                               std::filesystem::copy_options::overwrite_existing);
    return WeightFiles::open(folder_.path());
  }
  std::string error_of(const std::string& file) {
    const std::string message = checkpoint_error([&] { open(file); });
    EXPECT_EQ(message.rfind("tf_model.h5: ", 0), 0U) << message;
    return message;
  }

  TemporaryFolder folder_;
};

TEST_F(Hdf5File, KerasWeightsUnderPyTorchsNames) {
  for (const char* file : {"keras.h5", "keras_half.h5", "keras_double.h5"}) {
    SCOPED_TRACE(file);
    const WeightFiles files = open(file);
    EXPECT_EQ(files.names(),
              (std::vector<std::string>{"bert.embeddings.LayerNorm.bias",
                                        "bert.embeddings.LayerNorm.weight",
                                        "bert.encoder.layer.0.dense.weight", "classifier.weight"}));
    EXPECT_EQ(files.shape("bert.encoder.layer.0.dense.weight"), (std::vector<Index>{3, 4}));
    const std::vector<float> dense = read_all(files, "bert.encoder.layer.0.dense.weight");
    for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(dense[i], static_cast<float>(i) / 8);
    const std::vector<double> classifier = read_all<double>(files, "classifier.weight");
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(classifier[i], (300.0 + i) / 8);
    EXPECT_EQ(read_all(files, "bert.embeddings.LayerNorm.bias")[3], 203.0F / 8);
  }
  EXPECT_EQ(open("keras_half.h5").dtype("classifier.weight"), "F16");
}

TEST_F(Hdf5File, WhatIsNotRead) {
  expect_contains(error_of("chunked.h5"), "is not stored in one piece");
  expect_contains(error_of("external_data.h5"), "is not stored in one piece");
  expect_contains(error_of("soft_link.h5"), "\"l/m/x\" is a link to somewhere else");
  expect_contains(error_of("external_link.h5"), "\"l/m/x\" is a link to somewhere else");
  expect_contains(error_of("cycle.h5"), "nested too deeply");
  expect_contains(error_of("keras_big_endian.h5"), "little-endian");
  expect_contains(error_of("text.h5"), "is no array of little-endian numbers");
  expect_contains(error_of("zip.bin"), "not an HDF5 file");
}

TEST_F(Hdf5File, TruncatedFiles) {
  const std::string bytes = read_text(small_file("keras.h5"));
  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    write_text(folder_ / "tf_model.h5", bytes.substr(0, length));
    EXPECT_NE(checkpoint_error([&] { WeightFiles::open(folder_.path()); }), "no error") << length;
  }
}

TEST_F(Hdf5File, Shards) {
  std::filesystem::copy_file(small_file("shard.h5"), folder_ / "tf_model-00001-of-00001.h5");
  const std::string key = "tf_bert_for_sequence_classification/bert/pooler/dense/";
  write_text(folder_ / "tf_model.h5.index.json",
             R"({"weight_map": {")" + key + R"(kernel:0": "tf_model-00001-of-00001.h5"}})");
  const WeightFiles files = WeightFiles::open(folder_.path());
  EXPECT_EQ(files.names(), std::vector<std::string>{"bert.pooler.dense.weight"});
  EXPECT_EQ(files.shape("bert.pooler.dense.weight"), (std::vector<Index>{3, 2}));
  write_text(folder_ / "tf_model.h5.index.json",
             R"({"weight_map": {")" + key + R"(bias:0": "tf_model-00001-of-00001.h5"}})");
  expect_contains(checkpoint_error([&] { WeightFiles::open(folder_.path()); }),
                  "is missing in shard");
}

}  // namespace
}  // namespace integrad
