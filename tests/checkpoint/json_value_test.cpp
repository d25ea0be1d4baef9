#include "integrad/checkpoint/json_value.h"

#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

JsonValue parse(std::string_view text, DuplicateNames duplicates = DuplicateNames::last_wins) {
  return parse_json(text, "folder/file.json", duplicates);
}

std::string error_of(std::string_view text) {
  return checkpoint_error([&] { parse(text); });
}

TEST(JsonValue, EveryType) {
  const JsonValue root =
      parse(R"( {"a": [1, -2, 2.5, "x", true, null], "b": {"c": "\u00e4\n"}, "d": []} )");
  const auto* a = root.find("a")->as<JsonValue::Array>();
  ASSERT_EQ(a->size(), 6U);
  EXPECT_EQ(*(*a)[0].as<std::int64_t>(), 1);
  EXPECT_EQ(*(*a)[1].as<std::int64_t>(), -2);
  EXPECT_EQ(*(*a)[2].as<double>(), 2.5);
  EXPECT_EQ(*(*a)[3].as<std::string>(), "x");
  EXPECT_TRUE(*(*a)[4].as<bool>());
  EXPECT_TRUE((*a)[5].is_null());
  EXPECT_EQ(*root.find("b")->find("c")->as<std::string>(), "ä\n");
  EXPECT_TRUE(root.find("d")->as<JsonValue::Array>()->empty());
  EXPECT_EQ(root.find("e"), nullptr);
  EXPECT_EQ((*a)[0].find("e"), nullptr);
}

TEST(JsonValue, LargeIntegersBecomeDoubles) {
  EXPECT_EQ(*parse("9223372036854775807").as<std::int64_t>(), INT64_MAX);
  EXPECT_EQ(*parse("-9223372036854775808").as<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(*parse("9223372036854775808").as<double>(), 9223372036854775808.0);
  EXPECT_EQ(*parse("1000000000000000019884624838656").as<double>(), 1e30);
}

TEST(JsonValue, DuplicateNames) {
  EXPECT_EQ(*parse(R"({"a": 1, "a": 2})").find("a")->as<std::int64_t>(), 2);
  const auto refuse = [](std::string_view text) {
    return checkpoint_error([&] { parse(text, DuplicateNames::refused); });
  };
  EXPECT_EQ(refuse(R"({"a": 1, "a": 2})"),
            "file.json: the name \"a\" occurs twice (folder/file.json)");
  expect_contains(refuse(R"([{"b": {"c": 1, "c": 1}}])"), "\"c\" occurs twice");
  EXPECT_EQ(refuse(R"([{"a": 1}, {"a": {"a": 1}}])"), "no error");
}

TEST(JsonValue, FaultsNameFileAndByte) {
  EXPECT_EQ(error_of(R"({"a": )"),
            "file.json: not valid JSON at byte 7: unexpected end of input (folder/file.json)");
  expect_contains(error_of(R"({"a": 1} x)"), "at byte 10: ");
  expect_contains(error_of(""), "at byte 1: unexpected end of input");
  expect_contains(error_of(R"({"a" 1})"), "at byte 6: ");
  expect_contains(error_of("[1,]"), "at byte 4: ");
  expect_contains(error_of("[NaN]"), "at byte 2: invalid literal");
  expect_contains(error_of("\"tab\there\""), "at byte 5: ");
  expect_contains(error_of(std::string_view("{}\0 {}", 6)), "at byte 3: zero byte");
  expect_contains(error_of("[1e999]"), "number too large");
}

TEST(JsonValue, Utf8IsChecked) {
  for (const char* text : {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"",
                           "\"\xe2\x82\"", "\"\\ud800\""}) {
    expect_contains(error_of(text), "not valid JSON at byte ");
  }
  EXPECT_EQ(*parse("\"\xf0\x9f\x98\x80 \\ud83d\\ude00\"").as<std::string>(), "😀 😀");
}

TEST(JsonValue, NestingIsLimited) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(error_of(nested(64)), "no error");
  expect_contains(error_of(nested(65)), "nested deeper than 64 levels (folder/file.json)");
  expect_contains(error_of(std::string(100'000, '[')), "nested deeper");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  expect_contains(error_of(objects), "nested deeper");
}

TEST(JsonValue, MemoryIsLimited) {
  std::string list = "[0";
  for (int i = 0; i < 999'998; ++i) list += ",0";
  EXPECT_EQ(error_of(list + "]"), "no error");
  expect_contains(error_of(list + ",0]"), "more than 1000000 values");
}

TEST(JsonValue, MessagesStayShortAndOnOneLine) {
  const std::string long_text = error_of("[\"" + std::string(1'000'000, 'x') + "\n");
  EXPECT_LT(long_text.size(), 200U);
  EXPECT_EQ(long_text.find('\n'), std::string::npos);
  const JsonValue value = parse("\"a\\nb" + std::string(1000, 'x') + "\"");
  expect_contains(value.description(), "the string \"a\\nbxxx");
  EXPECT_LT(value.description().size(), 200U);
}

TEST(JsonValue, Descriptions) {
  EXPECT_EQ(parse("1e300").description(), "the number 1e+300");
  EXPECT_EQ(parse("-7").description(), "the number -7");
  EXPECT_EQ(parse("{}").description(), "an object");
  EXPECT_EQ(parse("[]").description(), "an array");
  EXPECT_EQ(parse("false").description(), "false");
  EXPECT_EQ(parse("null").description(), "null");
}

TEST(JsonValue, LoadsAFile) {
  const TemporaryFolder folder;
  write_text(folder / "file.json", "{\"a\": 1}");
  EXPECT_NE(load_json(folder / "file.json", DuplicateNames::refused).find("a"), nullptr);
  expect_contains(
      checkpoint_error([&] { load_json(folder / "absent.json", DuplicateNames::refused); }),
      "absent.json: cannot be opened: No such file");
}

TEST(JsonValue, AHugeFileIsRefused) {
  const TemporaryFolder folder;
  write_text(folder / "huge.json", "");
  std::filesystem::resize_file(folder / "huge.json", 32'000'001);  // sparse
  expect_contains(
      checkpoint_error([&] { load_json(folder / "huge.json", DuplicateNames::refused); }),
      "expected at most 32000000");
}

}  // namespace
}  // namespace integrad
