#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Ids = std::vector<std::int32_t>;
using Strings = std::vector<std::string>;

const std::string vocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nabc\nABC\né\ne\n北\n##京\n北京\nfoo\n";

// A tokenizer.json with that vocabulary and a normalizer that keeps case and accents.
std::string tokenizer_json(const std::string& normalizer, const std::string& extra = "") {
  std::string pieces;
  int id = 0;
  for (std::size_t start = 0; start < vocabulary.size(); ++id) {
    const std::size_t end = vocabulary.find('\n', start);
    pieces += (id == 0 ? "\"" : ",\"") + vocabulary.substr(start, end - start) +
              "\":" + std::to_string(id);
    start = end + 1;
  }
  return R"({"version": "1.0", "truncation": {"direction": "Right", "max_length": 3,
    "strategy": "LongestFirst", "stride": 0}, "padding": {"strategy": {"Fixed": 9}},
    "normalizer": )" +
         normalizer + R"(, "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100, "vocab": {)" +
         pieces + "}}" + extra + "}";
}

const std::string keeps_all = R"({"type": "BertNormalizer", "clean_text": true,
  "handle_chinese_chars": false, "strip_accents": false, "lowercase": false})";

Strings tokens(const Tokenizer& tokenizer, std::string_view text) {
  return tokenizer.encode(text).tokens;
}

TEST(LoadVocabulary, DefaultsAreBerts) {
  const Tokenizer tokenizer = load_from({{"vocab.txt", vocabulary}});
  EXPECT_EQ(tokens(tokenizer, "ABC É 北京"),
            Strings({"[CLS]", "abc", "e", "北", "[UNK]", "[SEP]"}));
  EXPECT_EQ(tokenizer.encode_pair("abc", "foo").ids, (Ids{2, 5, 3, 12, 3}));
  EXPECT_EQ(tokenizer.encode_pair("abc", "foo").type_ids, (Ids{0, 0, 0, 1, 1}));
  EXPECT_EQ(tokenizer.vocabulary_size(), 13);
  EXPECT_EQ(tokenizer.model_max_length(), std::nullopt);
  EXPECT_EQ(tokenizer.special_tokens().cls, 2);
  EXPECT_EQ(tokenizer.special_tokens().sep, 3);
  EXPECT_EQ(tokenizer.special_tokens().pad, 0);
  EXPECT_EQ(tokenizer.special_tokens().unk, 1);
  EXPECT_EQ(tokenizer.special_tokens().mask, 4);
  EXPECT_EQ(tokenizer.special_tokens().all, (Ids{0, 1, 2, 3, 4}));
  EXPECT_EQ(tokenizer.token(5), "abc");
  EXPECT_EQ(tokenizer.token(13), "");
  EXPECT_EQ(tokenizer.token(-1), "");
  EXPECT_EQ(tokenizer.id("[MASK]"), 4);
  EXPECT_EQ(tokenizer.id("absent"), std::nullopt);
}

TEST(LoadVocabulary, LinesEndAtNewlinesOnly) {
  const Tokenizer tokenizer =
      load_from({{"vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\n\u2028\r\n\r\nabc \r\nx"}});
  EXPECT_EQ(tokenizer.id("\u2028"), 3);
  EXPECT_EQ(tokenizer.id("abc "), 5);
  EXPECT_EQ(tokenizer.id("x"), 6);
  EXPECT_EQ(tokenizer.vocabulary_size(), 7);
}

TEST(LoadVocabulary, HeedsTheSettings) {
  const Tokenizer tokenizer =
      load_from({{"vocab.txt", vocabulary},
                 {"tokenizer_config.json", R"({"tokenizer_class": "DistilBertTokenizer",
         "do_lower_case": false, "tokenize_chinese_chars": false, "model_max_length": 128,
         "sep_token": {"content": "foo", "lstrip": false, "__type": "AddedToken"},
         "mask_token": "absent", "additional_special_tokens": ["abc"]})"}});
  EXPECT_EQ(tokens(tokenizer, "ABC É 北京 abc"),
            Strings({"[CLS]", "ABC", "[UNK]", "北京", "abc", "foo"}));
  EXPECT_EQ(tokenizer.model_max_length(), 128);
  EXPECT_EQ(tokenizer.special_tokens().sep, 12);
  EXPECT_EQ(tokenizer.special_tokens().mask, std::nullopt);
  EXPECT_EQ(tokenizer.special_tokens().all, (Ids{0, 1, 2, 5, 12}));
}

TEST(LoadVocabulary, OldCheckpointsNameTheirTokensInTheMap) {
  const Tokenizer tokenizer = load_from({{"vocab.txt", vocabulary},
                                         {"tokenizer_config.json", R"({"sep_token": "[SEP]"})"},
                                         {"special_tokens_map.json", R"({"sep_token": "foo"})"},
                                         {"added_tokens.json", R"({"second": 14, "first": 13})"}});
  EXPECT_EQ(tokenizer.special_tokens().sep, 12);
  EXPECT_EQ(tokenizer.id("first"), 13);
  EXPECT_EQ(tokenizer.id("second"), 14);
  EXPECT_EQ(tokenizer.vocabulary_size(), 15);
  EXPECT_EQ(tokens(tokenizer, "abcSecond"), Strings({"[CLS]", "abc", "second", "foo"}));
}

TEST(LoadVocabulary, MpnetHasItsOwnNames) {
  const Tokenizer tokenizer =
      load_from({{"vocab.txt", "<s>\n<pad>\n</s>\n[UNK]\nabc\n<mask>\n"},
                 {"tokenizer_config.json", R"({"tokenizer_class": "MPNetTokenizer"})"}});
  EXPECT_EQ(tokenizer.encode_pair("abc <mask>", "abc").ids, (Ids{0, 4, 5, 2, 2, 4, 2}));
  EXPECT_EQ(tokenizer.encode("abc <mask>").offsets[2], (ByteRange{3, 10}));
  EXPECT_EQ(tokenizer.special_tokens().all, (Ids{0, 1, 2, 3, 5}));
}

TEST(LoadVocabulary, RefusesWhatItCannotUse) {
  const auto error = [](const std::vector<std::pair<std::string, std::string>>& files) {
    return message_of<Error>([&] { load_from(files); });
  };
  EXPECT_NE(error({}).find("no tokenizer.json, vocab.txt"), std::string::npos);
  EXPECT_NE(error({{"spiece.model", ""}}).find("SentencePiece"), std::string::npos);
  EXPECT_NE(error({{"vocab.txt", "[UNK]\n[CLS]\n"}}).find("[SEP]"), std::string::npos);
  EXPECT_NE(error({{"vocab.txt", "[CLS]\n[SEP]\n"}}).find("[UNK]"), std::string::npos);
  EXPECT_NE(error({{"vocab.txt", "[UNK]\n\xFF\n"}}).find("position 6"), std::string::npos);
  EXPECT_NE(error({{"vocab.txt", vocabulary},
                   {"tokenizer_config.json", R"({"tokenizer_class": "BertJapaneseTokenizer"})"}})
                .find("BertJapaneseTokenizer"),
            std::string::npos);
  EXPECT_NE(error({{"vocab.txt", vocabulary}, {"tokenizer_config.json", "[]"}})
                .find("tokenizer_config.json"),
            std::string::npos);
  EXPECT_NE(
      error({{"vocab.txt", vocabulary}, {"tokenizer_config.json", R"({"model_max_length": -1})"}})
          .find("model_max_length"),
      std::string::npos);
}

TEST(LoadJson, TheConfigWinsForBertsClasses) {
  const std::string json = tokenizer_json(keeps_all);
  const auto first = [&](const std::string& config, const std::string& model = "{}") {
    const Tokenizer tokenizer = load_from(
        {{"tokenizer.json", json}, {"tokenizer_config.json", config}, {"config.json", model}});
    return tokens(tokenizer, "ABC É 北京");
  };
  const Strings kept = {"[CLS]", "ABC", "[UNK]", "北京", "[SEP]"};
  const Strings lowered = {"[CLS]", "abc", "e", "北", "[UNK]", "[SEP]"};
  // The class's own defaults are do_lower_case, tokenize_chinese_chars and strip_accents = null.
  EXPECT_EQ(first(R"({"tokenizer_class": "BertTokenizer"})"), lowered);
  EXPECT_EQ(first(R"({"tokenizer_class": "ElectraTokenizerFast"})"), lowered);
  EXPECT_EQ(first("{}", R"({"model_type": "distilbert"})"), lowered);
  EXPECT_EQ(first(R"({"tokenizer_class": "PreTrainedTokenizerFast"})"), kept);
  EXPECT_EQ(first(R"({"tokenizer_class": "TokenizersBackend", "do_lower_case": true})"), kept);
  EXPECT_EQ(first("{}", R"({"model_type": "roberta"})"), kept);
  EXPECT_EQ(first("{}"), kept);  // no file names a class
  EXPECT_EQ(first(R"({"tokenizer_class": "BertTokenizer", "do_lower_case": false,
                      "strip_accents": false, "tokenize_chinese_chars": false})"),
            kept);
  EXPECT_EQ(first(R"({"tokenizer_class": "BertTokenizer", "strip_accents": false})"),
            Strings({"[CLS]", "abc", "é", "北", "[UNK]", "[SEP]"}));
}

TEST(LoadJson, OtherNormalizersStayAsTheyAre) {
  const Tokenizer tokenizer =
      load_from({{"tokenizer.json", tokenizer_json(R"({"type": "Lowercase"})")},
                 {"tokenizer_config.json",
                  R"({"tokenizer_class": "BertTokenizer", "do_lower_case": false})"}});
  EXPECT_EQ(tokens(tokenizer, "ABC É"), Strings({"[CLS]", "abc", "é", "[SEP]"}));
}

TEST(LoadJson, TruncationAndPaddingBlocksAreIgnored) {
  const Tokenizer tokenizer = load_from(
      {{"tokenizer.json", tokenizer_json(keeps_all)},
       {"tokenizer_config.json", R"({"model_max_length": 1000000000000000019884624838656})"}});
  EXPECT_EQ(tokenizer.encode("abc abc abc abc").size(), 6);
  EXPECT_EQ(tokenizer.encode("abc").size(), 3);
  EXPECT_EQ(tokenizer.model_max_length(), std::nullopt);
}

TEST(LoadJson, AddedTokensOfBothFiles) {
  const Tokenizer tokenizer = load_from(
      {{"tokenizer.json", tokenizer_json(keeps_all, R"(, "added_tokens": [
          {"id": 13, "content": "<new>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": false}])")},
       {"tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer", "added_tokens_decoder": {
          "13": {"content": "<new>", "special": true, "normalized": false, "rstrip": true},
          "14": {"content": "<newer>", "special": false, "normalized": false}}})"}});
  const Encoding encoding = tokenizer.encode("<new> <newer>");
  EXPECT_EQ(encoding.ids, (Ids{2, 13, 14, 3}));
  EXPECT_EQ(encoding.offsets[1], (ByteRange{0, 6}));
  EXPECT_EQ(encoding.special, (std::vector<std::uint8_t>{1, 0, 0, 1}));
  EXPECT_EQ(tokenizer.vocabulary_size(), 15);
}

TEST(LoadJson, UnknownComponentsAreNamed) {
  const auto check = [](const std::string& json, const std::string& name) {
    const std::string message = message_of<UnsupportedModel>([&] {
      load_from({{"tokenizer.json", json}});
    });
    EXPECT_NE(message.find(name), std::string::npos) << message;
    EXPECT_NE(message.find("tokenizer.json"), std::string::npos) << message;
  };
  check(tokenizer_json(R"({"type": "Shout"})"), "Shout");
  check(tokenizer_json(R"({"type": "Sequence", "normalizers": [{"type": "Sing"}]})"), "Sing");
  check(tokenizer_json(keeps_all, R"(, "decoder": {"type": "Riddle"})"), "Riddle");
  check(R"({"model": {"type": "Charm", "vocab": {}, "merges": []}})", "Charm");
  check(R"({"pre_tokenizer": {"type": "UnicodeScripts"}, "model": {"vocab": {}, "merges": []}})",
        "UnicodeScripts");
  check(R"({"version": "2.0"})", "2.0");
}

TEST(LoadJson, MalformedFilesAreRefused) {
  for (const std::string json :
       {R"({})", R"({"model": 1})", R"({"model": {"type": "WordPiece"}})",
        R"({"model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "",
            "max_input_chars_per_word": -1, "vocab": {"a": 0}}})",
        R"({"model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "",
            "max_input_chars_per_word": 9, "vocab": {"a": 2147483647}}})",
        R"({"model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "",
            "max_input_chars_per_word": 9, "vocab": {"a": 1.5}}})"}) {
    EXPECT_NE(message_of<TokenizerError>([&] {
                load_from({{"tokenizer.json", json}});
              }),
              "")
        << json;
  }
}

TEST(Hostile, EveryFolderIsRefused) {
  const auto load = [](const std::string& name) {
    const auto folder = std::filesystem::path(INTEGRAD_FIXTURES) / "hostile" / name;
    return Tokenizer::load(folder);
  };
  const auto error = [&](const std::string& name) {
    return message_of<TokenizerError>([&] { load(name); });
  };
  EXPECT_EQ(load("base").vocabulary_size(), 24);
  EXPECT_EQ(load("tok_ids_past_table").vocabulary_size(), 5001);  // for the model to refuse
  EXPECT_NE(error("tok_no_unk").find("[UNK]"), std::string::npos);
  EXPECT_NE(error("tok_truncated").find("not valid JSON"), std::string::npos);
  EXPECT_NE(error("tok_template").find("[CLX]"), std::string::npos);
  EXPECT_NE(error("tok_negative_id").find("-1"), std::string::npos);
  EXPECT_NE(message_of<UnsupportedModel>([&] { load("tok_unknown_model"); }).find("WordSalad"),
            std::string::npos);
}

TEST(Hostile, DeepNestingIsAnError) {
  for (const std::string& json : {repeat("[", 100000), repeat("{\"model\":", 100000)}) {
    EXPECT_THROW(load_from({{"tokenizer.json", json}}), TokenizerError);
    EXPECT_THROW(load_from({{"vocab.txt", vocabulary}, {"tokenizer_config.json", json}}),
                 TokenizerError);
  }
}

}  // namespace
}  // namespace integrad
