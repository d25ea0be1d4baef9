#include "integrad/checkpoint/weight_conversion.h"

#include <stdexcept>

#include "integrad/checkpoint/safetensors_writer.h"
#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

class Conversion : public ::testing::Test {
 protected:
  Conversion() {
    std::filesystem::copy_file(small_file("old_names.bin"), folder_ / "pytorch_model.bin");
  }

  TemporaryFolder folder_;
  TemporaryFolder target_;
};

TEST_F(Conversion, WritesCleanTensors) {
  const WeightFiles old = WeightFiles::open(folder_.path());
  for (const Dtype dtype : {Dtype::f32, Dtype::f16}) {  // these numbers fit both
    const auto done = convert_weights(old, dtype, target_ / "model.safetensors", [] {});
    EXPECT_EQ(done.tensors, 4U);
    EXPECT_EQ(done.left_out, std::vector<std::string>{"bert.embeddings.position_ids"});
    const WeightFiles clean = WeightFiles::open(target_.path());
    EXPECT_EQ(clean.names().size(), 4U);
    for (const std::string& name : clean.names()) {
      EXPECT_EQ(clean.shape(name), old.shape(name));
      EXPECT_EQ(clean.values(name), old.values(name));
      EXPECT_EQ(clean.dtype(name), dtype_name(dtype));
    }
  }
}

TEST_F(Conversion, RoundsToNearest) {
  convert_weights(WeightFiles::open(folder_.path()), Dtype::bf16, target_ / "model.safetensors",
                  [] {});
  EXPECT_EQ(WeightFiles::open(target_.path()).values("classifier.weight")[3], 38.0F);  // 37.875
}

TEST_F(Conversion, LeavesNothingBehindWhenItStops) {
  const WeightFiles weights = WeightFiles::open(folder_.path());
  int calls = 0;
  EXPECT_THROW(convert_weights(weights, Dtype::f32, target_ / "model.safetensors",
                               [&] {
                                 if (++calls == 3) throw std::runtime_error("stop");
                               }),
               std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_empty(target_.path()));
}

TEST_F(Conversion, NumbersBeyondHalfPrecision) {
  const float large = 70000;
  TemporaryFolder source;
  write_safetensors(source / "model.safetensors", {{"w", {1}, &large}});
  const WeightFiles weights = WeightFiles::open(source.path());
  const auto error = [&](Dtype dtype) {
    return checkpoint_error(
        [&] { convert_weights(weights, dtype, target_ / "model.safetensors", [] {}); });
  };
  expect_contains(error(Dtype::f16), "tensor \"w\" holds numbers too large for F16");
  EXPECT_TRUE(std::filesystem::is_empty(target_.path()));
  EXPECT_EQ(error(Dtype::bf16), "no error");
}

TEST_F(Conversion, ConfigSaysTheType) {
  write_text(folder_ / "config.json", R"({"z": 1e-12, "torch_dtype": "float32", "a": [1, 2]})");
  EXPECT_EQ(config_with_dtype(folder_.path(), Dtype::f16),
            "{\n  \"z\": 1e-12,\n  \"torch_dtype\": \"float16\",\n  \"a\": [\n    1,\n    2\n  "
            "]\n}\n");
  write_text(folder_ / "config.json", R"({"dtype": "float32"})");
  EXPECT_EQ(config_with_dtype(folder_.path(), Dtype::bf16), "{\n  \"dtype\": \"bfloat16\"\n}\n");
  write_text(folder_ / "config.json", "[]");
  EXPECT_NE(checkpoint_error([&] { config_with_dtype(folder_.path(), Dtype::f32); }), "no error");
}

}  // namespace
}  // namespace integrad
