// Every kind of weight file of the large reference data against its safetensors twin. The same
// weights to the bit give the same logits to the bit.
#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

class Variants : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(models_)) GTEST_SKIP() << "no large reference data";
  }
  void expect_same(const fs::path& variant, const fs::path& twin) {
    SCOPED_TRACE(variant.string());
    const WeightFiles found = WeightFiles::open(variant);
    const WeightFiles expected = WeightFiles::open(twin);
    ASSERT_GT(expected.names().size(), 50U);
    for (const std::string& name : expected.names()) {
      ASSERT_TRUE(found.contains(name)) << name;
      ASSERT_EQ(found.shape(name), expected.shape(name)) << name;
      ASSERT_EQ(read_all(found, name), read_all(expected, name)) << name;
      ASSERT_EQ(found.values(name), expected.values(name)) << name;
    }
  }

  const fs::path models_ = fs::path(INTEGRAD_REFERENCE_DATA) / "fixtures/models";
};

TEST_F(Variants, PyTorch) {
  const fs::path variants = models_ / "bert-variants";
  for (const char* name : {"bin-zip", "bin-legacy", "bin-sharded", "bin-strided",
                           "bin-shared-storage", "bin-gamma-beta"}) {
    expect_same(variants / name, models_ / "bert");
  }
  expect_same(variants / "bin-f16", variants / "safetensors-f16");
}

TEST_F(Variants, Safetensors) {
  for (const char* name : {"f64", "sharded", "gamma-beta", "position-ids", "unaligned"}) {
    expect_same(models_ / "bert-variants" / (std::string("safetensors-") + name), models_ / "bert");
  }
}

TEST_F(Variants, TensorFlow) {
  for (const char* model : {"bert", "distilbert"}) {
    const fs::path folder = models_ / (std::string(model) + "-tf");
    expect_same(folder / "h5-sharded", folder);
    expect_same(folder / "tf-safetensors", folder);
    const TemporaryFolder alone;
    fs::copy_file(folder / "tf_model.h5", alone / "tf_model.h5");
    expect_same(alone.path(), folder);
  }
}

}  // namespace
}  // namespace integrad
