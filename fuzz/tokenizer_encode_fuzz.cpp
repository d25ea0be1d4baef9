// Any bytes as a text or a pair: encoding must not crash, and every token must lie in its text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_files.h"
#include "integrad/text/utf8.h"

namespace {

// A few pieces, and added tokens with every flag, for every kind of model.
constexpr std::string_view added_tokens = R"("added_tokens": [
    {"id": 0, "content": "[SEP]", "special": true, "normalized": false},
    {"id": 20, "content": "ab", "single_word": true, "normalized": false},
    {"id": 21, "content": " x", "lstrip": true, "normalized": false},
    {"id": 22, "content": "É", "rstrip": true, "normalized": true}],)";

constexpr std::string_view wordpiece = R"(
  "normalizer": {"type": "BertNormalizer"},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 0], "cls": ["[CLS]", 1]},
  "decoder": {"type": "WordPiece"},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 10,
    "vocab": {"[SEP]": 0, "[CLS]": 1, "[UNK]": 2, "a": 3, "##a": 4, "##aa": 5, "##ab": 6, "é": 7,
              "e": 8, "##\u0301": 9, "北": 10, ".": 11, "##z": 12, "z": 13}}})";

constexpr std::string_view byte_level = R"(
  "normalizer": {"type": "NFC"},
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits"},
    {"type": "ByteLevel", "add_prefix_space": true}]},
  "post_processor": {"type": "RobertaProcessing", "sep": ["[SEP]", 0], "cls": ["[CLS]", 1]},
  "decoder": {"type": "ByteLevel"},
  "model": {"type": "BPE", "unk_token": "[UNK]", "merges": ["Ġ a", "a a", "Ã ©", "Ġa a"],
    "vocab": {"[SEP]": 0, "[CLS]": 1, "[UNK]": 2, "a": 3, "Ġ": 4, "Ã": 5, "©": 6, "Ġa": 7, "aa": 8,
              "Ã©": 9, "Ġaa": 10}}})";

constexpr std::string_view characters = R"(
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"},
    {"type": "Replace", "pattern": {"Regex": "a+b|c*d"}, "content": "é北"}]},
  "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\s+(?!\\S)|\\p{P}"},
    "behavior": "MergedWithNext", "invert": false},
  "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
  "model": {"type": "BPE", "unk_token": "[UNK]", "byte_fallback": true, "fuse_unk": true,
    "merges": [["a", "b"], ["b", "a"], ["ab", "a"]],
    "vocab": {"[SEP]": 0, "[UNK]": 1, "a": 2, "b": 3, "ab": 4, "ba": 5, "aba": 6, "<0xC3>": 7,
              "<0xA9>": 8, "<0x2E>": 9}}})";

constexpr std::string_view unigram = R"(
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "Strip"}, {"type": "Nmt"},
    {"type": "Lowercase"}, {"type": "Replace", "pattern": {"String": "``"}, "content": "\""}]},
  "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"},
  "decoder": {"type": "Metaspace", "replacement": "▁"},
  "model": {"type": "Unigram", "unk_id": 0,
    "vocab": [["[UNK]", 0], ["[SEP]", 0], ["▁", -1], ["▁a", -1.5], ["a", -2], ["é", -3.5]]}})";

std::vector<integrad::TokenizerParts> make_tokenizers() {
  const auto settings = integrad::read_tokenizer_settings("no such folder");
  std::vector<integrad::TokenizerParts> tokenizers;
  for (const std::string_view parts : {wordpiece, byte_level, characters, unigram}) {
    const std::string json = "{" + std::string(added_tokens) + std::string(parts);
    const integrad::JsonTree document = integrad::parse_json_tree(json, "tokenizer.json");
    tokenizers.push_back(
        integrad::build_from_json(integrad::JsonField(document, "tokenizer.json"), settings));
  }
  return tokenizers;
}

void check(const integrad::Encoding& encoding, std::string_view first, std::string_view second) {
  for (std::size_t k = 0; k < encoding.ids.size(); ++k) {
    if (encoding.special[k] != 0) continue;
    const std::string_view text = encoding.segments[k] == 0 ? first : second;
    const integrad::ByteRange range = encoding.offsets[k];
    const bool inside = range.start >= 0 && range.start <= range.end &&
                        range.end <= static_cast<std::ptrdiff_t>(text.size());
    if (!inside) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<integrad::TokenizerParts> tokenizers = make_tokenizers();
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = 2 + data[0] % (size - 1);
  const std::string first = integrad::repair_utf8(bytes.substr(2, cut - 2));
  const std::string second = integrad::repair_utf8(bytes.substr(cut));
  integrad::EncodeOptions options;
  options.replace_invalid = true;
  if (data[1] != 0) options.max_length = 3 + data[1] % 32;
  if (data[0] % 2 != 0) options.side = integrad::TruncationSide::left;
  const std::string_view pair = bytes.substr(cut);
  for (const integrad::TokenizerParts& parts : tokenizers) {
    if (options.max_length) *options.max_length += 1;  // a RoBERTa pair has four special tokens
    const auto encoding = parts.encode(bytes.substr(2, cut - 2), nullptr, options);
    check(encoding, first, second);
    check(parts.encode(bytes.substr(2, cut - 2), &pair, options), first, second);
    if (integrad::find_invalid_utf8(parts.decode(encoding.ids, {}))) std::abort();
  }
  integrad::split_sentences(first);
  return 0;
}
