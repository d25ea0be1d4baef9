#include "integrad/checkpoint/safetensors.h"

#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

SafetensorsHeader parse(const std::string& bytes) {
  return SafetensorsHeader::parse(std::as_bytes(std::span(bytes)), "model/weights.safetensors");
}

/// The error of a file with this header and `data_bytes` zeros.
std::string error_of(const std::string& header, std::size_t data_bytes = 0) {
  return checkpoint_error([&] { parse(safetensors_bytes(header, std::string(data_bytes, '\0'))); });
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

TEST(SafetensorsHeader, TensorsAndMetadata) {
  const std::string header = "{\"b\":" + entry("F16", "[2,1]", "[4,8]") +
                             ",\"__metadata__\":{\"format\":\"pt\",\"\":\"x\"}," +
                             "\"a\":" + entry("F32", "[]", "[0,4]") + "}   ";
  const SafetensorsHeader parsed = parse(safetensors_bytes(header, std::string(8, '\0')));
  ASSERT_EQ(parsed.tensors().size(), 2U);
  EXPECT_EQ(parsed.tensors()[0].name, "a");
  EXPECT_EQ(parsed.tensors()[0].dtype, Dtype::f32);
  EXPECT_TRUE(parsed.tensors()[0].shape.empty());
  EXPECT_EQ(parsed.tensors()[0].begin, 8 + header.size());
  const TensorEntry* b = parsed.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->dtype, Dtype::f16);
  EXPECT_EQ(b->shape, (std::vector<Index>{2, 1}));
  EXPECT_EQ(b->begin, 12 + header.size());
  EXPECT_EQ(b->end, 16 + header.size());
  EXPECT_EQ(parsed.find("c"), nullptr);
  EXPECT_EQ(parsed.metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"", "x"}}));
}

TEST(SafetensorsHeader, AcceptsWhatTheReferenceAccepts) {
  EXPECT_EQ(error_of("{}\r \t\n"), "no error");
  EXPECT_EQ(error_of("\t\n{}\r "), "no error");
  EXPECT_EQ(error_of("{\"a\":" + entry("F32", "[]", "[0,4]") + "}", 4), "no error");
  EXPECT_EQ(error_of("{\"a\":" + entry("F32", "[2,0]", "[0,0]") + "}"), "no error");
  EXPECT_EQ(error_of("{\"a\":" + entry("F4", "[2]", "[0,1]") + "}", 1), "no error");
  EXPECT_EQ(
      error_of("{\"a\":" + entry("F32", "[0]", "[4,4]") + ",\"b\":" + entry("F32", "[1]", "[0,4]") +
                   ",\"c\":" + entry("I8", "[1]", "[4,5]") + "}",
               5),
      "no error");
  EXPECT_EQ(
      error_of("{\"a\":{\"extra\":{\"dtype\":[[{}],3]},\"dtype\":\"F32\",\"more\":[{\"a\":1}],"
               "\"shape\":[1],\"data_offsets\":[0,4],\"x\":null}}",
               4),
      "no error");
}

TEST(SafetensorsHeader, EveryDtype) {
  for (const auto& [name, bits] : std::vector<std::pair<std::string, int>>{
           {"BOOL", 8},        {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
           {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
           {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},    {"BF16", 16},
           {"I32", 32},        {"U32", 32},    {"F32", 32},    {"C64", 64},    {"F64", 64},
           {"I64", 64},        {"U64", 64}}) {
    const std::string header =
        "{\"a\":" + entry(name, "[8]", "[0," + std::to_string(bits) + "]") + "}";
    const SafetensorsHeader parsed =
        parse(safetensors_bytes(header, std::string(static_cast<std::size_t>(bits), '\0')));
    EXPECT_EQ(dtype_name(parsed.tensors()[0].dtype), name);
  }
}

TEST(SafetensorsHeader, LengthOfTheHeader) {
  const auto error = [](const std::string& bytes) {
    return checkpoint_error([&] { parse(bytes); });
  };
  EXPECT_EQ(error(""),
            "weights.safetensors: the file has 0 bytes, a safetensors file has at least 8; is the "
            "download complete? (model/weights.safetensors)");
  expect_contains(error("1234567"), "the file has 7 bytes");
  expect_contains(error(safetensors_bytes("{}", "", 3)), "a header of 3 bytes, but only 2 bytes");
  expect_contains(error(safetensors_bytes("{}", "", 100'000'001)), "at most 100000000");
  expect_contains(error(safetensors_bytes("{}", "", ~std::uint64_t{3})), "at most 100000000");
  expect_contains(error(safetensors_bytes("{}", "", 100'000'000)), "but only 2 bytes");
  expect_contains(error(safetensors_bytes("", "")), "not valid JSON");
  expect_contains(error("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
                  "git lfs pull");
}

TEST(SafetensorsHeader, MustBeAnObjectOfObjects) {
  expect_contains(error_of("[1]"), "must be a JSON object, found an array");
  expect_contains(error_of("7"), "must be a JSON object, found a single value");
  expect_contains(error_of("{"), "not valid JSON at byte 2: ");
  expect_contains(error_of("{\"a\":1}"), "tensor \"a\" must be an object");
  expect_contains(error_of("{\"a\":[]}"), "tensor \"a\" must be an object");
  expect_contains(error_of(std::string("{}\0\0", 4)), "zero byte");
  expect_contains(error_of("{\"\xff\":1}"), "ill-formed UTF-8");
}

TEST(SafetensorsHeader, Fields) {
  const auto error = [](const std::string& fields) { return error_of("{\"a\":{" + fields + "}}"); };
  const std::string dtype = "\"dtype\":\"F32\"";
  const std::string shape = "\"shape\":[]";
  const std::string offsets = "\"data_offsets\":[0,4]";
  expect_contains(error(shape + "," + offsets), "tensor \"a\": \"dtype\" must be given");
  expect_contains(error(dtype + "," + offsets), "\"shape\" must be given");
  expect_contains(error(dtype + "," + shape), "\"data_offsets\" must be given");
  expect_contains(error(dtype + "," + dtype), "\"dtype\" must be given once");
  expect_contains(error(shape + "," + shape), "\"shape\" must be given once");
  expect_contains(error(offsets + "," + offsets), "\"data_offsets\" must be given once");
  for (const char* wrong :
       {"-1", "1.0", "\"1\"", "null", "true", "[1]", "{}", "18446744073709551616"}) {
    expect_contains(error("\"shape\":[" + std::string(wrong) + "]"),
                    "tensor \"a\": \"shape\" must be a list of whole numbers");
    expect_contains(error("\"data_offsets\":[" + std::string(wrong) + ",0]"),
                    "tensor \"a\": \"data_offsets\" must be a list of whole numbers");
  }
  for (const char* wrong : {"1", "{}", "null", "\"F32\""}) {
    expect_contains(error("\"shape\":" + std::string(wrong)), "\"shape\" must be a list");
    expect_contains(error("\"data_offsets\":" + std::string(wrong)), "must be a list");
  }
  expect_contains(error("\"dtype\":1"), "\"dtype\" must be a string");
  expect_contains(error("\"dtype\":[]"), "\"dtype\" must be a string");
  expect_contains(error("\"dtype\":{}"), "\"dtype\" must be a string");
  expect_contains(error("\"dtype\":\"f32\""), "a known number format, found \"f32\"");
  expect_contains(error(dtype + "," + shape + ",\"data_offsets\":[0,4,8]"), "two numbers, found 3");
  expect_contains(error(dtype + "," + shape + ",\"data_offsets\":[]"), "two numbers, found 0");
}

TEST(SafetensorsHeader, Metadata) {
  expect_contains(error_of("{\"__metadata__\":{\"a\":1}}"), "must hold strings");
  expect_contains(error_of("{\"__metadata__\":{\"a\":{}}}"), "must hold strings");
  expect_contains(error_of("{\"__metadata__\":{\"a\":[]}}"), "must hold strings");
  expect_contains(error_of("{\"__metadata__\":3}"), "must be an object");
  expect_contains(error_of("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"), "names \"a\" twice");
  expect_contains(error_of("{\"__metadata__\":{},\"__metadata__\":{}}"), "\"__metadata__\" twice");
}

TEST(SafetensorsHeader, Layout) {
  const auto one = [](const std::string& shape, const std::string& offsets, std::size_t bytes) {
    return error_of("{\"a\":" + entry("F32", shape, offsets) + "}", bytes);
  };
  expect_contains(one("[2,2]", "[0,4]", 4), "takes 16 bytes by its shape and dtype, 4 bytes by");
  expect_contains(one("[2,18446744073709551614]", "[0,4]", 4), "impossible shape");
  expect_contains(one("[2,9223372036854775807]", "[0,4]", 4), "impossible shape");
  expect_contains(one("[4611686018427387905]", "[0,4]", 4), "impossible shape");
  expect_contains(one("[4611686018427387904,4,0]", "[0,0]", 0), "impossible shape");
  expect_contains(one("[1]", "[4,8]", 8), "begins at data byte 4, expected 0");
  expect_contains(one("[1]", "[0,4]", 5), "describes 4 bytes of data, but 5 bytes follow");
  expect_contains(one("[1]", "[0,4]", 2), "but 2 bytes follow; is the download complete?");
  expect_contains(one("[1]", "[0,18446744073709551615]", 4), "by its data_offsets");
  expect_contains(error_of("{\"a\":" + entry("F4", "[3]", "[0,1]") + "}", 1), "impossible shape");
  const auto two = [](const std::string& first, const std::string& second) {
    return error_of(
        "{\"a\":" + entry("F32", "[1]", first) + ",\"b\":" + entry("F32", "[1]", second) + "}", 8);
  };
  EXPECT_EQ(two("[0,4]", "[4,8]"), "no error");
  EXPECT_EQ(two("[4,8]", "[0,4]"), "no error");
  expect_contains(two("[0,4]", "[0,4]"), "overlap or leave a hole");
  expect_contains(two("[0,4]", "[2,6]"), "overlap or leave a hole");
  expect_contains(two("[0,4]", "[5,9]"), "overlap or leave a hole");
  expect_contains(two("[0,4]", "[4,3]"), "ends before it begins");
}

TEST(SafetensorsHeader, NamesAreUniqueAndQuoted) {
  const std::string twice = "{\"a\":" + entry("F32", "[1]", "[0,4]") +
                            ",\"\\u0061\":" + entry("F32", "[1]", "[4,8]") + "}";
  expect_contains(error_of(twice, 8), "tensor \"a\" occurs twice in the header");
  const std::string message = error_of("{\"x\\ny\":{}}");
  expect_contains(message, "tensor \"x\\ny\"");
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

/// Nesting and overlaps must fail before memory or time is spent on them.
TEST(SafetensorsHeader, LargeHostileHeaders) {
  expect_contains(error_of("{\"a\":" + std::string(100'000, '[')), "found an array");
  expect_contains(error_of("{\"a\":{\"b\":" + std::string(100'000, '[')), "nested deeper");
  std::string header = "{";
  for (int i = 0; i < 50'000; ++i) {
    header.append("\"").append(std::to_string(i)).append("\":");
    header.append(entry("F32", "[1]", "[0,4]")).append(",");
  }
  header.back() = '}';
  expect_contains(error_of(header, 4), "overlap or leave a hole");
}

}  // namespace
}  // namespace integrad
