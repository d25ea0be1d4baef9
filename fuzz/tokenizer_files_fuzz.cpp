// Any bytes as a SentencePiece model or merges.txt: a tokenizer or an error of the library, nothing
// else. The first byte says which.
#include <array>
#include <cstdint>
#include <string_view>

#include "integrad/base/error.h"
#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_files.h"

namespace {

using integrad::TokenizerClass;

constexpr std::array<TokenizerClass, 5> classes = {
    TokenizerClass::albert, TokenizerClass::xlm_roberta, TokenizerClass::camembert,
    TokenizerClass::deberta_v2, TokenizerClass::roberta};

constexpr std::string_view pieces = R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4,
  "b": 5, "ab": 6, "ba": 7, "aba": 8, "Ġ": 9, "Ġa": 10})";

integrad::TokenizerParts build(TokenizerClass kind, std::string_view bytes) {
  const auto settings =
      integrad::settings_of_class(integrad::read_tokenizer_settings("no such folder"), kind);
  if (kind != TokenizerClass::roberta) {
    return integrad::build_from_sentencepiece(bytes, "spiece.model", settings);
  }
  const integrad::JsonTree document = integrad::parse_json_tree(pieces, "vocab.json");
  return integrad::build_from_merges(integrad::JsonField(document, "vocab.json"), bytes, settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const auto parts = build(classes[data[0] % classes.size()], bytes);
    const std::string_view second = "b \xC3\xA9</s>";
    const auto encoding =
        parts.encode("aba na\xC3\xAFve \xEF\xAC\x81lm, \xE5\x8C\x97", &second, {});
    parts.decode(encoding.ids, {});
    parts.id_end();
  } catch (const integrad::Error&) {
  }
  return 0;
}
