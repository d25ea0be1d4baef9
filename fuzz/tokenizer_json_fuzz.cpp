// Any bytes as tokenizer.json or vocab.txt: a tokenizer or an error of the library, nothing else.
#include <cstdint>
#include <string_view>

#include "integrad/base/error.h"
#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_files.h"

namespace {

void encode_something(const integrad::TokenizerParts& parts) {
  const std::string_view second = "b \xC3\xA9[SEP]";
  integrad::EncodeOptions options;
  const auto encoding = parts.encode("A na\xC3\xAFve film, \xE5\x8C\x97", nullptr, options);
  parts.decode(encoding.ids, {});
  options.max_length = 8;
  parts.encode("one two three", &second, options);
  parts.id_end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  integrad::TokenizerSettings settings = integrad::read_tokenizer_settings("no such folder");
  settings.kind = integrad::TokenizerClass::other;
  try {
    const integrad::JsonTree document = integrad::parse_json_tree(bytes, "tokenizer.json");
    encode_something(
        integrad::build_from_json(integrad::JsonField(document, "tokenizer.json"), settings));
  } catch (const integrad::Error&) {
  }
  settings.kind = integrad::TokenizerClass::bert;
  try {
    encode_something(integrad::build_from_vocabulary(bytes, "vocab.txt", settings));
  } catch (const integrad::Error&) {
  }
  return 0;
}
