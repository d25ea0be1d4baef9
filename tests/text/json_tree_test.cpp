#include "integrad/text/json_tree.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

TEST(JsonTree, ReadsEveryKind) {
  const JsonTree tree = parse_json_tree(
      R"({"a": [1, -2, 2.5, true, null, "x\u00e9"], "big": 1000000000000000019884624838656, "a2": {}})",
      "f");
  const JsonField root(tree, "f");
  EXPECT_EQ(root.at("a").element(0).as_integer(0, 9), 1);
  EXPECT_EQ(root.at("a").element(2).as_number(), 2.5);
  EXPECT_TRUE(root.at("a").element(3).as_bool());
  EXPECT_TRUE(root.at("a").element(4).value().is_null());
  EXPECT_EQ(root.at("a").element(5).as_string(), "xé");
  EXPECT_DOUBLE_EQ(root.at("big").as_number(), 1e30);
  EXPECT_EQ(root.at("a").elements().size(), 6u);
  EXPECT_FALSE(root.find("absent"));
  const JsonTree repeated = parse_json_tree(R"({"a": 1, "a": 2})", "f");
  EXPECT_EQ(JsonField(repeated, "f").at("a").as_integer(0, 9), 2);
}

TEST(JsonTree, ErrorsNameFileAndField) {
  const JsonTree tree =
      parse_json_tree(R"({"model": {"vocab": [1, "x"], "n": null}})", "dir/f.json");
  const JsonField model = JsonField(tree, "dir/f.json").at("model");
  const auto message = [](auto call) { return message_of<TokenizerError>(call); };
  EXPECT_EQ(message([&] { model.at("type"); }), "dir/f.json: model has no 'type'");
  EXPECT_EQ(message([&] { model.at("n"); }), "dir/f.json: model has no 'n'");
  EXPECT_EQ(
      message([&] { model.at("vocab").element(1).as_id(); }),
      "dir/f.json: model.vocab[1]: expected a whole number from 0 to 2147483646, found \"x\"");
  EXPECT_NE(message([&] { model.as_string(); }), "");
  EXPECT_NE(message([&] { model.at("vocab").as_object(); }), "");
  EXPECT_NE(message([&] { model.at("vocab").element(2); }), "");
}

TEST(JsonTree, RefusesMalformedText) {
  for (const std::string text :
       {"", "{", "[1,]", "{\"a\" 1}", "nul", "\"\xFF\"", "1e999", "[1] 2"}) {
    const std::string message =
        message_of<TokenizerError>([&] { parse_json_tree(text, "f.json"); });
    EXPECT_EQ(message.rfind("f.json: not valid JSON: ", 0), 0u) << text << ": " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(JsonTree, MessagesStayOnOneShortLine) {
  EXPECT_EQ(shown("a\nb\x01é"), "a?b?é");
  EXPECT_EQ(shown(repeat("é", 30)), repeat("é", 30));
  EXPECT_EQ(shown("x" + repeat("é", 100)), "x" + repeat("é", 29) + "\uFFFD…");
  const JsonTree tree = parse_json_tree("{\"" + repeat("k\\n", 100000) + "\": 1}", "f");
  const JsonTreeMember& member = tree.object()->front();
  const JsonField field = JsonField(tree, "f").at(member.key);
  const std::string message = message_of<TokenizerError>([&] { field.as_string(); });
  EXPECT_LT(message.size(), 200u);
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(JsonTree, FilesThatCannotBeReadAreErrors) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_tokenizer_file(folder / "absent.json"), TokenizerError);
  EXPECT_THROW(read_tokenizer_file(folder.path()), TokenizerError);
  write_text(folder / "empty.json", "");
  EXPECT_EQ(read_tokenizer_file(folder / "empty.json"), "");
}

TEST(JsonTree, RefusesDeepNesting) {
  EXPECT_NO_THROW(parse_json_tree(repeat("[", 64) + repeat("]", 64), "f"));
  EXPECT_THROW(parse_json_tree(repeat("[", 65) + repeat("]", 65), "f"), TokenizerError);
  EXPECT_THROW(parse_json_tree(repeat("[", 100000), "f"), TokenizerError);
  EXPECT_THROW(parse_json_tree(repeat("{\"a\":", 100000), "f"), TokenizerError);
}

}  // namespace
}  // namespace integrad
