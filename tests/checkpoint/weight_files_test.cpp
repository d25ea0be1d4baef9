#include "integrad/checkpoint/weight_files.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "integrad/checkpoint/safetensors_writer.h"
#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

WeightFiles variant(const std::string& name) {
  return WeightFiles::open(fixture("models/bert-variants/safetensors-" + name));
}

/// Rounds to a number with `bits` significant bits and no exponent below `lowest`, ties to even.
float rounded(float value, int bits, int lowest) {
  if (value == 0) return value;
  const int exponent = std::max(std::ilogb(value), lowest) - bits + 1;
  return std::ldexp(std::nearbyint(std::ldexp(value, -exponent)), exponent);
}

template <class Expected>
void expect_same_weights(const WeightFiles& found, Expected&& expected) {
  const WeightFiles plain = WeightFiles::open(fixture("models/bert"));
  ASSERT_GT(plain.names().size(), 50U);
  for (const std::string& name : plain.names()) {
    ASSERT_TRUE(found.contains(name)) << name;
    ASSERT_EQ(found.shape(name), plain.shape(name)) << name;
    const std::vector<float> reference = read_all(plain, name);
    const std::vector<float> narrow = read_all(found, name);
    const std::vector<double> wide = read_all<double>(found, name);
    for (std::size_t i = 0; i < reference.size(); ++i) {
      ASSERT_EQ(narrow[i], expected(reference[i])) << name << " " << i;
      ASSERT_EQ(wide[i], static_cast<double>(narrow[i])) << name << " " << i;
    }
  }
}

float unchanged(float value) { return value; }

TEST(WeightFiles, EveryVariantHoldsTheSameWeights) {
  for (const char* name : {"f64", "gamma-beta", "position-ids", "sharded", "unaligned"}) {
    SCOPED_TRACE(name);
    expect_same_weights(variant(name), unchanged);
  }
}

TEST(WeightFiles, HalfPrecisionVariantsAreRounded) {
  expect_same_weights(variant("f16"), [](float value) { return rounded(value, 11, -14); });
  expect_same_weights(variant("bf16"), [](float value) { return rounded(value, 8, -126); });
}

TEST(WeightFiles, VariantsHaveTheSameNames) {
  const std::vector<std::string> names = WeightFiles::open(fixture("models/bert")).names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char* name : {"f16", "bf16", "f64", "gamma-beta", "sharded", "unaligned"}) {
    EXPECT_EQ(variant(name).names(), names) << name;
  }
  EXPECT_EQ(variant("position-ids").names().size(), names.size() + 1);
}

TEST(WeightFiles, DtypesAndBuffers) {
  const std::string weight = "classifier.weight";
  EXPECT_EQ(variant("f16").dtype(weight), "F16");
  EXPECT_EQ(variant("bf16").dtype(weight), "BF16");
  EXPECT_EQ(variant("f64").dtype(weight), "F64");
  const WeightFiles files = variant("position-ids");
  EXPECT_EQ(files.dtype(weight), "F32");
  EXPECT_EQ(files.dtype("bert.embeddings.position_ids"), "I64");
  EXPECT_EQ(files.shape("bert.embeddings.position_ids"), (std::vector<Index>{1, 512}));
  expect_contains(checkpoint_error([&] { read_all(files, "bert.embeddings.position_ids"); }),
                  "is stored as I64, expected F32, F16, BF16 or F64");
}

TEST(WeightFiles, DigestIsOfTheFiles) {
  // sha256sum model.safetensors; cat model-*.safetensors | sha256sum
  EXPECT_EQ(WeightFiles::open(fixture("models/bert")).sha256(),
            "db8b61362372a4e04e1c148f03f265123da119f339cc7a61454723da73dc558a");
  EXPECT_EQ(variant("sharded").sha256(),
            "6c9bbe32c25e0e5880936be9f3f9746939d102aa2d827c25c6065ffefe390b02");
}

TEST(WeightFiles, SurvivesAMove) {
  WeightFiles files = WeightFiles::open(fixture("hostile/base"));
  const std::vector<float> before = read_all(files, "classifier.weight");
  WeightFiles moved = std::move(files);
  files = variant("sharded");
  EXPECT_EQ(read_all(moved, "classifier.weight"), before);
  EXPECT_EQ(moved.directory(), fixture("hostile/base"));
}

/// A folder with one weight file of three arrays.
class SmallCheckpoint : public ::testing::Test {
 protected:
  SmallCheckpoint() {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = static_cast<float>(i + 1);
  }
  WeightFiles write(const std::vector<NamedArray>& arrays) {
    write_safetensors(folder_ / "model.safetensors", arrays);
    return WeightFiles::open(folder_.path());
  }
  std::string error_of_open() {
    return checkpoint_error([&] { WeightFiles::open(folder_.path()); });
  }
  std::string path(const std::string& name) { return (folder_ / name).string(); }

  TemporaryFolder folder_;
  std::vector<float> values_ = std::vector<float>(24);
};

TEST_F(SmallCheckpoint, ShapesAreChecked) {
  const WeightFiles files = write({{"matrix", {2, 3}, values_.data()},
                                   {"vector", {6}, values_.data()},
                                   {"scalar", {}, values_.data()},
                                   {"cube", {2, 3, 4}, values_.data()}});
  std::vector<float> output(24);
  const auto error = [&](const char* name, Index rows, Index columns) {
    return checkpoint_error(
        [&] { files.read(name, MatrixView<float>(output.data(), rows, columns)); });
  };
  EXPECT_EQ(error("matrix", 2, 3), "no error");
  EXPECT_EQ(error("vector", 1, 6), "no error");
  EXPECT_EQ(error("matrix", 3, 2),
            "model.safetensors: tensor \"matrix\" must have shape [3, 2], found [2, 3] (" +
                path("model.safetensors") + ")");
  expect_contains(error("matrix", 1, 6), "must have shape [1, 6], found [2, 3]");
  expect_contains(error("vector", 1, 5), "must have shape [5], found [6]");
  expect_contains(error("vector", 6, 1), "must have shape [6, 1], found [6]");
  expect_contains(error("vector", 2, 3), "must have shape [2, 3], found [6]");
  expect_contains(error("scalar", 1, 1), "must have shape [1], found []");
  expect_contains(error("cube", 2, 12), "must have shape [2, 12], found [2, 3, 4]");
  EXPECT_EQ(error("absent", 2, 3),
            "model.safetensors: tensor \"absent\" is missing (" + path("model.safetensors") + ")");
  expect_contains(checkpoint_error([&] { files.shape("absent"); }), "\"absent\" is missing");
  expect_contains(checkpoint_error([&] { files.dtype("absent"); }), "\"absent\" is missing");
}

TEST_F(SmallCheckpoint, ReadsIntoAWindow) {
  const WeightFiles files = write({{"matrix", {2, 3}, values_.data()}});
  Matrix<float> large(4, 5);
  large.fill(-1.0F);
  files.read("matrix", large.view().row_range(1, 2).column_range(1, 3));
  for (Index row = 0; row < 4; ++row) {
    for (Index column = 0; column < 5; ++column) {
      const bool inside = row >= 1 && row < 3 && column >= 1 && column < 4;
      const float expected = inside ? static_cast<float>((row - 1) * 3 + column) : -1.0F;
      EXPECT_EQ(large(row, column), expected);
    }
  }
}

TEST_F(SmallCheckpoint, NumbersMustBeFinite) {
  values_[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(checkpoint_error([&] {
              read_all(write({{"matrix", {2, 3}, values_.data()}}), "matrix");
            }),
            "model.safetensors: tensor \"matrix\" holds nan in row 1, column 1; weights must be "
            "finite numbers (" +
                path("model.safetensors") + ")");
  values_[4] = -std::numeric_limits<float>::infinity();
  expect_contains(checkpoint_error([&] {
                    read_all<double>(write({{"vector", {6}, values_.data()}}), "vector");
                  }),
                  "holds -inf in row 0, column 4");
}

TEST_F(SmallCheckpoint, OldLayerNormNames) {
  const WeightFiles files = write({{"a.LayerNorm.gamma", {1}, &values_[0]},
                                   {"a.LayerNorm.beta", {1}, &values_[1]},
                                   {"LayerNorm.gamma", {1}, &values_[2]},
                                   {"a.layer_norm.gamma", {1}, &values_[3]},
                                   {"a.LayerNorm.gamma.x", {1}, &values_[4]},
                                   {"gamma", {1}, &values_[5]},
                                   {"a.beta.weight", {1}, &values_[6]}});
  EXPECT_EQ(files.names(),
            (std::vector<std::string>{"LayerNorm.weight", "a.LayerNorm.bias", "a.LayerNorm.gamma.x",
                                      "a.LayerNorm.weight", "a.beta.weight", "a.layer_norm.gamma",
                                      "gamma"}));
  EXPECT_EQ(read_all(files, "a.LayerNorm.weight"), std::vector<float>{1.0F});
  EXPECT_EQ(read_all(files, "a.LayerNorm.bias"), std::vector<float>{2.0F});
}

TEST_F(SmallCheckpoint, OldAndNewNameTogether) {
  write_safetensors(folder_ / "model.safetensors", {{"LayerNorm.gamma", {1}, &values_[0]},
                                                    {"LayerNorm.weight", {1}, &values_[1]}});
  expect_contains(error_of_open(),
                  "tensor \"LayerNorm.weight\" is also in model.safetensors (as "
                  "\"LayerNorm.gamma\")");
}

TEST_F(SmallCheckpoint, OneTensorInTwoShards) {
  write_safetensors(folder_ / "1.safetensors", {{"a", {1}, &values_[0]}, {"b", {1}, &values_[0]}});
  write_safetensors(folder_ / "2.safetensors", {{"b", {1}, &values_[1]}, {"c", {1}, &values_[1]}});
  write_text(folder_ / "model.safetensors.index.json",
             R"({"weight_map": {"a": "1.safetensors", "c": "2.safetensors"}})");
  expect_contains(error_of_open(), "2.safetensors: tensor \"b\" is also in 1.safetensors");
}

TEST_F(SmallCheckpoint, ATensorInAnotherShard) {
  write_safetensors(folder_ / "1.safetensors", {{"a", {1}, &values_[0]}});
  write_safetensors(folder_ / "2.safetensors", {{"c", {1}, &values_[1]}});
  write_text(folder_ / "model.safetensors.index.json",
             R"({"weight_map": {"a": "2.safetensors", "c": "1.safetensors"}})");
  expect_contains(error_of_open(), "tensor \"a\" is missing in shard \"2.safetensors\"");
}

TEST_F(SmallCheckpoint, TheSingleFileComesFirst) {
  write_text(folder_ / "model.safetensors.index.json", "not read");
  EXPECT_EQ(write({{"a", {1}, &values_[0]}}).names(), std::vector<std::string>{"a"});
}

TEST_F(SmallCheckpoint, OtherWeightFiles) {
  EXPECT_EQ(error_of_open(),
            "no weights in " + folder_.path().string() +
                ": expected model.safetensors, pytorch_model.bin or tf_model.h5, or one of these "
                "with .index.json and its shards");
  write_text(folder_ / "flax_model.msgpack", "x");
  const std::string message = error_of_open();
  expect_contains(message, "flax_model.msgpack: this kind of weight file is not read");
  expect_contains(message, "save it again with save_pretrained");
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST_F(SmallCheckpoint, OrderOfPreference) {
  // A broken file of the next kind is not even looked at.
  for (const char* name : {"tf_model.h5.index.json", "tf_model.h5", "pytorch_model.bin.index.json",
                           "pytorch_model.bin", "model.safetensors.index.json"}) {
    write_text(folder_ / name, "x");
    EXPECT_EQ(error_of_open().rfind(std::string(name) + ": ", 0), 0U) << error_of_open();
  }
  EXPECT_EQ(write({{"a", {1}, &values_[0]}}).names(), std::vector<std::string>{"a"});
}

TEST_F(SmallCheckpoint, TensorFlowLayout) {
  const auto write_as = [&](const std::string& framework) {
    write_safetensors(folder_ / "model.safetensors",
                      {{"bert/encoder/layer_._1/dense/kernel:0", {2, 3}, values_.data()},
                       {"classifier/bias:0", {2}, values_.data()}},
                      {{"format", framework}});
  };
  write_as("tf");
  const WeightFiles files = WeightFiles::open(folder_.path());
  EXPECT_EQ(files.names(),
            (std::vector<std::string>{"bert.encoder.layer.1.dense.weight", "classifier.bias"}));
  EXPECT_EQ(files.shape("bert.encoder.layer.1.dense.weight"), (std::vector<Index>{3, 2}));
  EXPECT_EQ(read_all(files, "bert.encoder.layer.1.dense.weight"),
            (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(files.values("bert.encoder.layer.1.dense.weight"),
            (std::vector<float>{1, 4, 2, 5, 3, 6}));
  write_as("flax");
  expect_contains(error_of_open(), "layout of \"flax\" are not read");
  write_as("mlx");
  EXPECT_EQ(error_of_open(), "no error");
}

TEST_F(SmallCheckpoint, ValuesOfAnyRank) {
  const WeightFiles files = write({{"cube", {2, 3, 4}, values_.data()},
                                   {"scalar", {}, values_.data()},
                                   {"nothing", {0, 3, 4}, values_.data()}});
  EXPECT_EQ(files.values("cube"), values_);
  EXPECT_EQ(files.values("scalar"), std::vector<float>{1});
  EXPECT_EQ(files.values("nothing"), std::vector<float>{});
  expect_contains(checkpoint_error([&] { files.values("absent"); }), "\"absent\" is missing");
}

TEST_F(SmallCheckpoint, ThePathMustBeAFolder) {
  expect_contains(checkpoint_error([&] { WeightFiles::open(folder_ / "absent"); }),
                  "absent is no folder");
  write({{"a", {1}, &values_[0]}});
  expect_contains(checkpoint_error([&] { WeightFiles::open(folder_ / "model.safetensors"); }),
                  "is no folder; give the folder");
  fs::remove(folder_ / "model.safetensors");
  fs::create_directory(folder_ / "model.safetensors");
  expect_contains(error_of_open(), "model.safetensors: expected a file, found a folder");
}

}  // namespace
}  // namespace integrad
