// Reads the normalizers of a tokenizer.json.
#include "integrad/base/error.h"
#include "integrad/text/component_json.h"

namespace integrad {
namespace {

BertNormalizer read_bert(const JsonField& field) {
  BertNormalizer bert;
  bert.clean_text = field.bool_or("clean_text", true);
  bert.handle_chinese_chars = field.bool_or("handle_chinese_chars", true);
  if (const auto strip = field.find("strip_accents")) bert.strip_accents = strip->as_bool();
  bert.lowercase = field.bool_or("lowercase", true);
  return bert;
}

CharacterMap read_character_map(const JsonField& field) {
  const JsonField map = field.at("precompiled_charsmap");
  try {
    return CharacterMap(decode_base64(map.as_string()));
  } catch (const TokenizerError& error) {
    map.fail(error.what());
  }
}

void append(const JsonField& field, std::vector<NormalizerStep>& steps) {
  const std::string& type = field.at("type").as_string();
  if (type == "Sequence") {
    for (const JsonField& step : field.at("normalizers").elements()) append(step, steps);
  } else if (type == "BertNormalizer") {
    steps.emplace_back(read_bert(field));
  } else if (type == "Lowercase") {
    steps.emplace_back(LowercaseNormalizer{});
  } else if (type == "NFC") {
    steps.emplace_back(FormNormalizer{UnicodeForm::nfc});
  } else if (type == "NFD") {
    steps.emplace_back(FormNormalizer{UnicodeForm::nfd});
  } else if (type == "NFKC") {
    steps.emplace_back(FormNormalizer{UnicodeForm::nfkc});
  } else if (type == "NFKD") {
    steps.emplace_back(FormNormalizer{UnicodeForm::nfkd});
  } else if (type == "StripAccents") {
    steps.emplace_back(StripAccentsNormalizer{});
  } else if (type == "Strip") {
    steps.emplace_back(
        StripNormalizer{field.bool_or("strip_left", true), field.bool_or("strip_right", true)});
  } else if (type == "Replace") {
    steps.emplace_back(ReplaceNormalizer{read_pattern(field.at("pattern")),
                                         decode_all(field.at("content").as_string())});
  } else if (type == "Prepend") {
    steps.emplace_back(PrependNormalizer{decode_all(field.at("prepend").as_string())});
  } else if (type == "Precompiled") {
    steps.emplace_back(read_character_map(field));
  } else if (type == "Nmt") {
    steps.emplace_back(NmtNormalizer{});
  } else if (type == "ByteLevel") {
    steps.emplace_back(ByteLevelNormalizer{});
  } else {
    unsupported_component(field, type,
                          "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, StripAccents, Strip, "
                          "Replace, Prepend, Precompiled, Nmt, ByteLevel and Sequence");
  }
}

}  // namespace

Normalizer read_normalizer(const JsonField& field) {
  Normalizer normalizer;
  append(field, normalizer.steps);
  return normalizer;
}

}  // namespace integrad
