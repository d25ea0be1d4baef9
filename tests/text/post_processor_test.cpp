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

TEST(PostProcessor, RobertaAndByteLevel) {
  const std::vector<TextToken> token = {{10, "a", {0, 1}, 0}};
  const PostProcessor roberta = read(R"({"type": "RobertaProcessing", "sep": ["</s>", 2],
    "cls": ["<s>", 0], "trim_offsets": false, "add_prefix_space": false})");
  EXPECT_EQ(PostProcessor::assemble(roberta.single, token, {}).ids, (Ids{0, 10, 2}));
  const Encoding pair = PostProcessor::assemble(roberta.pair, token, token);
  EXPECT_EQ(pair.ids, (Ids{0, 10, 2, 2, 10, 2}));
  EXPECT_EQ(pair.type_ids, Ids(6, 0));
  EXPECT_TRUE(roberta.trims.empty());
  const PostProcessor both = read(R"({"type": "Sequence", "processors": [
    {"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": false},
    {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}]})");
  EXPECT_EQ(PostProcessor::assemble(both.single, token, {}).ids, (Ids{2, 10, 3}));
  ASSERT_EQ(both.trims.size(), 1u);
  EXPECT_FALSE(both.trims[0].add_prefix_space);
  EXPECT_THROW(read(R"({"type": "Sequence", "processors": [
    {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
    {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}]})"),
               TokenizerError);
}

TEST(PostProcessor, TrimsWhiteSpaceOffOffsets) {
  const std::string text = "é  ab \u3000<m>";
  const auto trimmed = [&](TextToken token, bool add_prefix_space, bool first = false) {
    PostProcessor post;
    post.trims.push_back({add_prefix_space});
    std::vector<TextToken> tokens;
    if (!first) tokens.push_back({0, "x", {0, 2}, 0});
    tokens.push_back(token);
    post.trim_offsets(text, tokens);
    return tokens.back().range;
  };
  EXPECT_EQ(trimmed({1, "ĠĠabĠ", {2, 7}, 1}, true), (ByteRange{4, 6}));
  EXPECT_EQ(trimmed({1, "Ġ", {2, 3}, 1}, true), (ByteRange{3, 3}));
  EXPECT_EQ(trimmed({1, "ĠÃ©", {0, 2}, 0}, true, true), (ByteRange{0, 2}));  // the space was added
  EXPECT_EQ(trimmed({1, "ĠÃ©", {0, 2}, 0}, false, true), (ByteRange{2, 2}));
  EXPECT_EQ(trimmed({1, "<m>", {6, 13}, 2, " \u3000<m>"}, true), (ByteRange{10, 13}));
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
  const std::string type = message_of<UnsupportedModel>([] { read(R"({"type": "Sandwich"})"); });
  EXPECT_NE(type.find("test.json: post_processor"), std::string::npos) << type;
  EXPECT_NE(type.find("Sandwich"), std::string::npos) << type;
}

}  // namespace
}  // namespace integrad
