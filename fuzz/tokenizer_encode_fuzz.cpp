// Any bytes as a text or a pair: encoding must not crash, and every token must lie in its text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_files.h"

namespace {

// A few pieces, and added tokens with every flag.
constexpr std::string_view tokenizer_json = R"({
  "added_tokens": [
    {"id": 0, "content": "[SEP]", "special": true, "normalized": false},
    {"id": 20, "content": "ab", "single_word": true, "normalized": false},
    {"id": 21, "content": " x", "lstrip": true, "normalized": false},
    {"id": 22, "content": "É", "rstrip": true, "normalized": true}],
  "normalizer": {"type": "BertNormalizer"},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 0], "cls": ["[CLS]", 1]},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 10,
    "vocab": {"[SEP]": 0, "[CLS]": 1, "[UNK]": 2, "a": 3, "##a": 4, "##aa": 5, "##ab": 6, "é": 7,
              "e": 8, "##\u0301": 9, "北": 10, ".": 11, "##z": 12, "z": 13}}})";

integrad::TokenizerParts make_parts() {
  const integrad::JsonTree document = integrad::parse_json_tree(tokenizer_json, "tokenizer.json");
  const auto settings = integrad::read_tokenizer_settings("no such folder");
  return integrad::build_from_json(integrad::JsonField(document, "tokenizer.json"), settings);
}

void check(const integrad::Encoding& encoding, std::string_view first, std::string_view second) {
  for (std::size_t k = 0; k < encoding.ids.size(); ++k) {
    if (encoding.special[k] != 0) continue;
    const std::string_view text = encoding.segments[k] == 0 ? first : second;
    const integrad::ByteRange range = encoding.offsets[k];
    const bool inside = range.start >= 0 && range.start < range.end &&
                        range.end <= static_cast<std::ptrdiff_t>(text.size());
    if (!inside) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const integrad::TokenizerParts parts = make_parts();
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = 2 + data[0] % (size - 1);
  const std::string first = integrad::repair_utf8(bytes.substr(2, cut - 2));
  const std::string second = integrad::repair_utf8(bytes.substr(cut));
  integrad::EncodeOptions options;
  options.replace_invalid = true;
  if (data[1] != 0) options.max_length = 3 + data[1] % 32;
  const std::string_view pair = bytes.substr(cut);
  check(parts.encode(bytes.substr(2, cut - 2), nullptr, options), first, second);
  check(parts.encode(bytes.substr(2, cut - 2), &pair, options), first, second);
  integrad::split_sentences(first);
  return 0;
}
