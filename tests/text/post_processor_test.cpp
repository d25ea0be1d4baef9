#include "integrad/text/post_processor.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer_json.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Ids = std::vector<std::int32_t>;

PostProcessor read(const std::string& json) {
  const JsonTree document = parse_json_tree(json, "test.json");
  return read_post_processor(JsonField(document, "test.json", "post_processor"));
}

const std::string specials = R"("special_tokens": {
  "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
  "two": {"id": "two", "ids": [3, 4], "tokens": ["x", "y"]}})";

TEST(PostProcessor, Template) {
  const PostProcessor post = read(R"({"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 5}}, {"Sequence": {"id": "A", "type_id": 6}}],
    "pair": [{"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "two", "type_id": 7}},
             {"Sequence": {"id": "A", "type_id": 0}}], )" +
                                  specials + "}");
  const std::vector<TextToken> first = {{10, "a", {0, 1}, 0}, {11, "b", {2, 3}, 1}};
  const std::vector<TextToken> second = {{20, "c", {0, 1}, 0}};
  EXPECT_EQ(PostProcessor::added(post.single), 1u);
  EXPECT_EQ(PostProcessor::added(post.pair), 2u);
  EXPECT_EQ(post.id_end(), 5);
  const Encoding single = PostProcessor::assemble(post.single, first, {});
  EXPECT_EQ(single.ids, (Ids{2, 10, 11}));
  EXPECT_EQ(single.type_ids, (Ids{5, 6, 6}));
  const Encoding pair = PostProcessor::assemble(post.pair, first, second);
  EXPECT_EQ(pair.ids, (Ids{20, 3, 4, 10, 11}));
  EXPECT_EQ(pair.type_ids, (Ids{1, 7, 7, 0, 0}));
  EXPECT_EQ(pair.tokens, (std::vector<std::string>{"c", "x", "y", "a", "b"}));
  EXPECT_EQ(pair.segments, (std::vector<int>{1, 0, 0, 0, 0}));
  EXPECT_EQ(pair.words, (std::vector<std::ptrdiff_t>{0, -1, -1, 0, 1}));
  EXPECT_EQ(pair.special, (std::vector<std::uint8_t>{0, 1, 1, 0, 0}));
  EXPECT_EQ(pair.offsets[1], ByteRange{});
  EXPECT_EQ(pair.offsets[4], (ByteRange{2, 3}));
}

TEST(PostProcessor, BertAndNone) {
  const std::vector<TextToken> token = {{10, "a", {0, 1}, 0}};
  const PostProcessor bert =
      read(R"({"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})");
  EXPECT_EQ(PostProcessor::assemble(bert.single, token, {}).ids, (Ids{2, 10, 3}));
  const Encoding pair = PostProcessor::assemble(bert.pair, token, token);
  EXPECT_EQ(pair.ids, (Ids{2, 10, 3, 10, 3}));
  EXPECT_EQ(pair.type_ids, (Ids{0, 0, 0, 1, 1}));
  const PostProcessor none = read_post_processor(std::nullopt);
  EXPECT_EQ(PostProcessor::assemble(none.pair, token, token).type_ids, (Ids{0, 1}));
}

TEST(PostProcessor, RefusesWhatMakesNoSense) {
  const std::string a = R"({"Sequence": {"id": "A", "type_id": 0}})";
  const std::string b = R"({"Sequence": {"id": "B", "type_id": 0}})";
  const auto make = [&](const std::string& single, const std::string& pair) {
    return R"({"type": "TemplateProcessing", "single": [)" + single + R"(], "pair": [)" + pair +
           "], " + specials + "}";
  };
  EXPECT_NO_THROW(read(make(a, a + "," + b)));
  EXPECT_THROW(read(make(b, a + "," + b)), TokenizerError);
  EXPECT_THROW(read(make(a, a)), TokenizerError);
  EXPECT_THROW(read(make(a + "," + a, a + "," + b)), TokenizerError);
  EXPECT_THROW(read(make(R"({"Sequence": {"id": "C", "type_id": 0}})", a + "," + b)),
               TokenizerError);
  const std::string message = message_of<TokenizerError>(
      [&] { read(make(a + R"(,{"SpecialToken": {"id": "[CLX]", "type_id": 0}})", a + "," + b)); });
  EXPECT_NE(message.find("[CLX]"), std::string::npos) << message;
  const std::string type = message_of<UnsupportedModel>([] { read(R"({"type": "ByteLevel"})"); });
  EXPECT_NE(type.find("test.json: post_processor"), std::string::npos) << type;
  EXPECT_NE(type.find("ByteLevel"), std::string::npos) << type;
}

}  // namespace
}  // namespace integrad
