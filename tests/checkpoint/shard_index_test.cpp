#include "integrad/checkpoint/shard_index.h"

#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

std::string error_of(std::string_view text) {
  return checkpoint_error([&] { parse_shard_index(text, "x/model.safetensors.index.json"); });
}

TEST(ShardIndex, NamesAndShards) {
  const auto index = parse_shard_index(
      R"({"metadata": {"total_size": 8}, "weight_map": {"b": "2.safetensors", "a": "1.safetensors"}})",
      "index.json");
  EXPECT_EQ(index,
            (std::map<std::string, std::string>{{"a", "1.safetensors"}, {"b", "2.safetensors"}}));
  EXPECT_EQ(parse_shard_index(R"({"weight_map": {"a": "1"}})", "index.json").size(), 1U);
}

TEST(ShardIndex, ShardNamesArePlainFileNames) {
  for (const char* name : {"../base/model.safetensors", "/etc/passwd", "a/b", "a\\\\b", "..", ".",
                           "", "a..b", "a\\u0000b"}) {
    const std::string message =
        error_of("{\"weight_map\": {\"classifier.bias\": \"" + std::string(name) + "\"}}");
    expect_contains(message,
                    "model.safetensors.index.json: tensor \"classifier.bias\" must be given a file "
                    "name without folders, found the string ");
    EXPECT_EQ(message.find('\0'), std::string::npos);
  }
}

TEST(ShardIndex, Malformed) {
  expect_contains(error_of("[]"), "\"weight_map\" must be an object");
  expect_contains(error_of("{}"), "\"weight_map\" must be an object");
  expect_contains(error_of(R"({"weight_map": []})"), "\"weight_map\" must be an object");
  expect_contains(error_of(R"({"weight_map": {}})"), "names no tensor");
  expect_contains(error_of(R"({"weight_map": {"a": 1}})"), "found the number 1");
  expect_contains(error_of(R"({"weight_map": {"a": "1", "a": "2"}})"), "\"a\" occurs twice");
  expect_contains(error_of("{\"weight_map\": "), "not valid JSON at byte 16");
}

}  // namespace
}  // namespace integrad
