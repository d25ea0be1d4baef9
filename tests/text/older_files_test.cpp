// Checkpoints without tokenizer.json other than BERT's: byte-level BPE and SentencePiece.
#include <gtest/gtest.h>

#include <random>

#include "integrad/base/error.h"
#include "integrad/text/sentencepiece_model.h"
#include "tests/text/support.h"

namespace integrad {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
using Ids = std::vector<std::int32_t>;

std::string file_of(const std::string& folder, const std::string& name) {
  return read_text(tokenizer_fixture("components") / folder / name);
}

std::string error_of(const Files& files) {
  return message_of<Error>([&] { load_from(files); });
}

const std::string vocabulary = R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5,
  "ab": 6, "Ġ": 7, "<mask>": 8})";

TEST(OlderFiles, Merges) {
  const Tokenizer tokenizer =
      load_from({{"vocab.json", vocabulary}, {"merges.txt", "#version: 0.2\na b\n"}});
  EXPECT_EQ(tokenizer.encode("ab b").ids, (Ids{0, 6, 7, 5, 2}));
  EXPECT_EQ(tokenizer.encode_pair("a", "b").ids, (Ids{0, 4, 2, 2, 5, 2}));
  EXPECT_EQ(tokenizer.encode("a <mask>").offsets[2], (ByteRange{2, 8}));  // the space is trimmed
  EXPECT_EQ(tokenizer.special_tokens().pad, 1);
  EXPECT_EQ(tokenizer.special_tokens().all, (Ids{0, 1, 2, 3, 8}));
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("ab b").ids, {true, {}}), "ab b");
}

TEST(OlderFiles, MergesThatDoNotFit) {
  const auto error = [](const std::string& merges, const std::string& config = "{}") {
    return error_of({{"vocab.json", vocabulary},
                     {"merges.txt", "#version: 0.2\n" + merges},
                     {"tokenizer_config.json", config}});
  };
  EXPECT_EQ(error("a b\n"), "");
  EXPECT_NE(error("a b c\n").find("line 2"), std::string::npos);
  EXPECT_NE(error("a x\n").find("'x'"), std::string::npos);
  EXPECT_NE(error("a \xFF\n").find("not UTF-8"), std::string::npos);
  EXPECT_NE(error("", R"({"tokenizer_class": "BertTokenizer"})").find("BertTokenizer"),
            std::string::npos);
  EXPECT_NE(error_of({{"vocab.json", "{}"}, {"merges.txt", "\n"}}).find("<s>"), std::string::npos);
  EXPECT_NE(error_of({{"vocab.json", vocabulary}}).find("no tokenizer.json"), std::string::npos);
}

TEST(OlderFiles, TheNameOfASentencePieceModelTellsTheClass) {
  const Tokenizer albert = load_from({{"spiece.model", file_of("albert", "spiece.model")}});
  EXPECT_EQ(albert.encode("the").tokens.front(), "[CLS]");
  EXPECT_EQ(albert.special_tokens().mask, albert.id("[MASK]"));
  const Tokenizer xlm =
      load_from({{"sentencepiece.bpe.model", file_of("xlm_roberta", "sentencepiece.bpe.model")}});
  EXPECT_EQ(xlm.encode_pair("the", "film").type_ids, Ids(xlm.encode_pair("the", "film").size(), 0));
  EXPECT_EQ(xlm.id("<mask>"), xlm.vocabulary_size() - 1);
  const Tokenizer deberta = load_from({{"spm.model", file_of("deberta_v2", "spm.model")}});
  EXPECT_EQ(deberta.id("[MASK]"), deberta.vocabulary_size() - 1);  // not in the model
  EXPECT_NE(error_of({{"spiece.model", file_of("albert", "spiece.model")},
                      {"tokenizer_config.json", R"({"tokenizer_class": "XLNetTokenizer"})"}})
                .find("XLNetTokenizer"),
            std::string::npos);
  EXPECT_NE(
      error_of({{"spm.model", file_of("xlm_roberta", "sentencepiece.bpe.model")}}).find("[CLS]"),
      std::string::npos);
}

TEST(OlderFiles, DamagedSentencePieceModelsAreRefused) {
  const std::string good = file_of("albert", "spiece.model");
  EXPECT_EQ(read_sentencepiece_model(good, "x").kind, SentencePieceModel::Kind::unigram);
  EXPECT_THROW(read_sentencepiece_model("", "x"), TokenizerError);
  EXPECT_THROW(read_sentencepiece_model(good.substr(0, good.size() - 3), "x"), TokenizerError);
  std::mt19937 random(4);
  int refused = 0;
  for (int k = 0; k < 600; ++k) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (error_of({{"spiece.model", bytes}}) != "") ++refused;
  }
  EXPECT_GT(refused, 20);
}

TEST(OlderFiles, RobertasSettingsWinOverTokenizerJson) {
  const std::string json = R"({"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true},
    "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                       "trim_offsets": false, "add_prefix_space": true},
    "model": {"type": "BPE", "vocab": )" +
                           vocabulary + R"(, "merges": [["a", "b"]]}})";
  const auto load = [&](const std::string& config) {
    return load_from({{"tokenizer.json", json}, {"tokenizer_config.json", config}});
  };
  const Tokenizer roberta = load(R"({"tokenizer_class": "RobertaTokenizer"})");
  EXPECT_EQ(roberta.encode("a b").ids, (Ids{0, 4, 7, 5, 2}));
  EXPECT_EQ(roberta.encode("a b").offsets[2], (ByteRange{2, 2}));  // trimmed
  const Tokenizer generic = load(R"({"tokenizer_class": "PreTrainedTokenizerFast"})");
  EXPECT_EQ(generic.encode("a b").ids, (Ids{0, 4, 7, 5, 2}));
  EXPECT_EQ(generic.encode("a b").offsets[2], (ByteRange{1, 2}));
  const Tokenizer plain = load_from({{"tokenizer.json", json}});
  EXPECT_EQ(plain.encode("a b").ids, (Ids{0, 7, 4, 7, 5, 2}));
}

}  // namespace
}  // namespace integrad
