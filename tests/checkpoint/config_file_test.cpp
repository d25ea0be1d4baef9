#include "integrad/checkpoint/config_file.h"

#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

ConfigFile parse(std::string_view text) { return ConfigFile::parse(text, "model/config.json"); }

TEST(ConfigFile, LoadsTheBase) {
  const ConfigFile config = ConfigFile::load(fixture("hostile/base"));
  EXPECT_EQ(config.integer("hidden_size", 1, 1 << 20), 8);
  EXPECT_EQ(config.number("layer_norm_eps"), 1e-12);
  EXPECT_EQ(config.number("hidden_size"), 8.0);
  EXPECT_TRUE(config.boolean("use_cache", false));
  EXPECT_EQ(config.string("model_type"), "bert");
  EXPECT_EQ(config.architecture(), "BertForSequenceClassification");
  EXPECT_EQ(config.labels(), (std::vector<std::string>{"NEG", "POS"}));
  EXPECT_EQ(config.path(), fixture("hostile/base") / "config.json");
}

TEST(ConfigFile, AbsentAndNullFields) {
  const ConfigFile config = parse(R"({"a": null, "b": 1})");
  EXPECT_FALSE(config.contains("a"));
  EXPECT_TRUE(config.contains("b"));
  EXPECT_FALSE(config.contains("c"));
  EXPECT_EQ(config.integer("a", 1, 9, 5), 5);
  EXPECT_EQ(config.number("a", 0.5), 0.5);
  EXPECT_EQ(config.string("c", "x"), "x");
  EXPECT_TRUE(config.boolean("c", true));
  EXPECT_EQ(config.architecture(), "");
  EXPECT_EQ(parse(R"({"architectures": []})").architecture(), "");
  EXPECT_EQ(parse(R"({"architectures": null})").architecture(), "");
}

TEST(ConfigFile, ErrorsAreExact) {
  const ConfigFile config = parse(R"({"a": "eight", "b": 1.5, "c": null, "d": [], "e": 1e300,
      "f": 1099511627776, "g": 18446744073709551616, "h": true, "i": -1})");
  const auto integer_error = [&](const char* field) {
    return checkpoint_error([&] { config.integer(field, 1, 1048576); });
  };
  const auto expected = [](const std::string& field, const std::string& found) {
    return "config.json: field \"" + field + "\" must be an integer from 1 to 1048576" + found +
           " (model/config.json)";
  };
  EXPECT_EQ(integer_error("a"), expected("a", ", found the string \"eight\""));
  EXPECT_EQ(integer_error("b"), expected("b", ", found the number 1.5"));
  EXPECT_EQ(integer_error("c"), expected("c", ", found null"));
  EXPECT_EQ(integer_error("d"), expected("d", ", found an array"));
  EXPECT_EQ(integer_error("e"), expected("e", ", found the number 1e+300"));
  EXPECT_EQ(integer_error("f"), expected("f", ", found the number 1099511627776"));
  EXPECT_EQ(integer_error("g"), expected("g", ", found the number 1.8446744073709552e+19"));
  EXPECT_EQ(integer_error("h"), expected("h", ", found true"));
  EXPECT_EQ(integer_error("i"), expected("i", ", found the number -1"));
  EXPECT_EQ(integer_error("absent"), expected("absent", ", but it is missing"));
  expect_contains(checkpoint_error([&] { config.integer("a", 1, 9, 5); }), "\"eight\"");
  EXPECT_EQ(checkpoint_error([&] { config.number("a"); }),
            "config.json: field \"a\" must be a number, found the string \"eight\" "
            "(model/config.json)");
  expect_contains(checkpoint_error([&] { config.number("absent"); }), "\"absent\"");
  expect_contains(checkpoint_error([&] { config.boolean("a", true); }),
                  "field \"a\" must be true or false, found the string");
  expect_contains(checkpoint_error([&] { config.string("b"); }),
                  "field \"b\" must be a string, found the number 1.5");
  expect_contains(checkpoint_error([&] { config.string("absent"); }),
                  "\"absent\" must be a string, but it is missing");
}

TEST(ConfigFile, LimitsAreInclusive) {
  const ConfigFile config = parse(R"({"low": 1, "high": 4})");
  EXPECT_EQ(config.integer("low", 1, 4), 1);
  EXPECT_EQ(config.integer("high", 1, 4), 4);
  EXPECT_THROW(config.integer("low", 2, 4), CheckpointError);
  EXPECT_THROW(config.integer("high", 1, 3), CheckpointError);
}

TEST(ConfigFile, LabelsAreOrderedByNumber) {
  std::string text;
  for (int i = 11; i >= 0; --i) {
    const std::string number = std::to_string(i);
    text.append(text.empty() ? "" : ",").append("\"").append(number);
    text.append("\": \"label ").append(number).append("\"");
  }
  const std::vector<std::string> labels = parse("{\"id2label\": {" + text + "}}").labels();
  ASSERT_EQ(labels.size(), 12U);
  EXPECT_EQ(labels[2], "label 2");
  EXPECT_EQ(labels[10], "label 10");
}

TEST(ConfigFile, AnyStringIsALabel) {
  EXPECT_EQ(parse(R"({"id2label": {"0": "", "1": "<b>\u00e4\n\ud83d\ude00"}})").labels(),
            (std::vector<std::string>{"", "<b>ä\n😀"}));
}

TEST(ConfigFile, LabelsWithoutNames) {
  using Labels = std::vector<std::string>;
  EXPECT_EQ(parse("{}").labels(), (Labels{"LABEL_0", "LABEL_1"}));
  EXPECT_EQ(parse(R"({"num_labels": 3})").labels(), (Labels{"LABEL_0", "LABEL_1", "LABEL_2"}));
  EXPECT_EQ(parse(R"({"num_labels": 1, "id2label": null})").labels(), (Labels{"LABEL_0"}));
  // As transformers: the names count, a contradicting number does not.
  EXPECT_EQ(parse(R"({"num_labels": 3, "id2label": {"0": "a"}})").labels(), (Labels{"a"}));
}

TEST(ConfigFile, MalformedLabels) {
  const auto error = [](std::string_view text) {
    return checkpoint_error([&] { parse(text).labels(); });
  };
  EXPECT_EQ(error(R"({"id2label": {"0": "a", "2": "b"}})"),
            "config.json: the keys of field \"id2label\" must be the numbers from 0 to 1, once "
            "each, found \"2\" (model/config.json)");
  expect_contains(error(R"({"id2label": {"0": "a", "0": "b"}})"), "once each, found \"0\"");
  expect_contains(error(R"({"id2label": {"0": "a", "00": "b"}})"), "found \"00\"");
  expect_contains(error(R"({"id2label": {"-1": "a"}})"), "found \"-1\"");
  expect_contains(error(R"({"id2label": {"NEG": "a"}})"), "found \"NEG\"");
  expect_contains(error(R"({"id2label": {"": "a"}})"), "found \"\"");
  expect_contains(error(R"({"id2label": {"1x": "a", "0": "b"}})"), "found \"1x\"");
  expect_contains(error(R"({"id2label": {"99999999999999999999999": "a"}})"), "from 0 to 0");
  expect_contains(error(R"({"id2label": {"0": 7}})"), "must be a string, found the number 7");
  expect_contains(error(R"({"id2label": ["a"]})"), "found an array");
  expect_contains(error(R"({"id2label": {}})"), "\"id2label\" must be an object");
  expect_contains(error(R"({"num_labels": 0})"), "\"num_labels\"");
  expect_contains(error(R"({"num_labels": 1e18})"), "\"num_labels\"");
}

TEST(ConfigFile, MalformedArchitectures) {
  expect_contains(checkpoint_error([] { parse(R"({"architectures": "x"})").architecture(); }),
                  "must be a list of strings, found the string");
  expect_contains(checkpoint_error([] { parse(R"({"architectures": [1]})").architecture(); }),
                  "must be a list of strings, found an array");
}

TEST(ConfigFile, MustBeAnObjectInAFolder) {
  expect_contains(checkpoint_error([] { parse("[1]"); }), "expected a JSON object, found an array");
  expect_contains(checkpoint_error([] { ConfigFile::load(fixture("absent")); }), "is no folder");
  expect_contains(checkpoint_error([] { ConfigFile::load(fixture("hostile/base/config.json")); }),
                  "is no folder");
}

}  // namespace
}  // namespace integrad
