#include "integrad/checkpoint/safetensors_writer.h"

#include <cmath>

#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

std::string usage_error(const std::vector<NamedArray>& arrays,
                        const std::filesystem::path& path = "never-written") {
  try {
    write_safetensors(path, arrays);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(SafetensorsWriter, BytesOfASmallFile) {
  const TemporaryFolder folder;
  const std::vector<float> values{1.0F, 2.0F, 3.0F};
  write_safetensors(folder / "model.safetensors",
                    {{"b", {1, 2}, values.data()}, {"a", {}, values.data() + 2}},
                    {{"format", "pt"}});
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
      R"("b":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  const std::string numbers("\0\0\x40\x40\0\0\x80\x3f\0\0\0\x40", 12);
  EXPECT_EQ(read_text(folder / "model.safetensors"), safetensors_bytes(padded, numbers));
}

/// The reference writer's file, read and written again, is the same file.
TEST(SafetensorsWriter, SameBytesAsTheReferenceWriter) {
  const TemporaryFolder folder;
  const WeightFiles files = WeightFiles::open(fixture("models/bert"));
  std::vector<std::vector<float>> values;
  std::vector<NamedArray> arrays;
  for (const std::string& name : files.names()) values.push_back(read_all(files, name));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = files.names()[values.size() - 1 - i];  // any order will do
    arrays.push_back({name, files.shape(name), values[values.size() - 1 - i].data()});
  }
  write_safetensors(folder / "model.safetensors", arrays, {{"format", "pt"}});
  EXPECT_TRUE(read_text(folder / "model.safetensors") ==
              read_text(fixture("models/bert/model.safetensors")));
}

TEST(SafetensorsWriter, RoundTrip) {
  const TemporaryFolder folder;
  std::vector<float> values(6);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<float>(i));
  const std::string odd = "quote \" slash \\ tab \t ä 😀";
  write_safetensors(folder / "model.safetensors",
                    {{odd, {2, 3}, values.data()}, {"none", {0, 3}, nullptr}});
  const WeightFiles files = WeightFiles::open(folder.path());
  EXPECT_EQ(files.names(), (std::vector<std::string>{"none", odd}));
  EXPECT_EQ(read_all(files, odd), values);
  EXPECT_EQ(files.shape("none"), (std::vector<Index>{0, 3}));
}

TEST(SafetensorsWriter, NothingAtAll) {
  const TemporaryFolder folder;
  write_safetensors(folder / "model.safetensors", {});
  EXPECT_EQ(read_text(folder / "model.safetensors"), safetensors_bytes("{}      "));
  EXPECT_TRUE(WeightFiles::open(folder.path()).names().empty());
}

TEST(SafetensorsWriter, RefusesBeforeWriting) {
  const float value = 0;
  expect_contains(usage_error({{"a", {1}, &value}, {"a", {1}, &value}}), "\"a\" occurs twice");
  expect_contains(usage_error({{"__metadata__", {1}, &value}}), "reserved");
  expect_contains(usage_error({{"a", {-1}, &value}}), "impossible shape [-1]");
  expect_contains(usage_error({{"a", {Index{1} << 40, Index{1} << 40}, &value}}), "impossible");
  expect_contains(usage_error({{"a", {1}, nullptr}}), "has no values");
  expect_contains(usage_error({{"\xff", {1}, &value}}), "not UTF-8");
  EXPECT_FALSE(std::filesystem::exists("never-written"));
}

TEST(SafetensorsWriter, AFailedWriteIsReported) {
  const TemporaryFolder folder;
  const float value = 0;
  expect_contains(usage_error({{"a", {1}, &value}}, folder / "absent" / "x"), "No such file");
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "skipped: there is no /dev/full";
  expect_contains(usage_error({{"a", {1}, &value}}, "/dev/full"), "No space left on device");
}

}  // namespace
}  // namespace integrad
