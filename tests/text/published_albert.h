// The tokenizer.json that was published with ALBERT in 2020: made of the same SentencePiece model
// as today, but with words split at white space first and without the user-defined added tokens.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "integrad/text/sentencepiece_model.h"

namespace integrad {

inline std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - k);
    for (std::size_t j = 0; j < 3; ++j) {
      bits = (bits << 8) | (j < count ? static_cast<unsigned char>(bytes[k + j]) : 0u);
    }
    for (std::size_t j = 0; j <= count; ++j) text += digits[(bits >> (18 - 6 * j)) & 63];
    text.append(3 - count, '=');
  }
  return text;
}

inline std::string published_albert_json(const std::string& sentencepiece) {
  using nlohmann::json;
  const SentencePieceModel model = read_sentencepiece_model(sentencepiece, "spiece.model");
  json pieces = json::array();
  for (const SentencePiece& piece : model.pieces) pieces.push_back({piece.piece, piece.score});
  json added = json::array();
  for (const char* token : {"<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"}) {
    added.push_back({{"id", added.size()}, {"content", token}, {"special", true}});
  }
  const auto special = [](const char* name) {
    return json{{"SpecialToken", {{"id", name}, {"type_id", 0}}}};
  };
  const json text{{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const json second{{"Sequence", {{"id", "B"}, {"type_id", 1}}}};
  const auto replace = [](const char* quotes) {
    return json{{"type", "Replace"}, {"pattern", {{"String", quotes}}}, {"content", "\""}};
  };
  const json metaspace{{"type", "Metaspace"}, {"replacement", "▁"}, {"add_prefix_space", true}};
  return json{
      {"added_tokens", added},
      {"normalizer",
       {{"type", "Sequence"},
        {"normalizers",
         {replace("``"),
          replace("''"),
          {{"type", "NFKD"}},
          {{"type", "StripAccents"}},
          {{"type", "Lowercase"}},
          {{"type", "Precompiled"},
           {"precompiled_charsmap", encode_base64(model.character_map)}}}}}},
      {"pre_tokenizer",
       {{"type", "Sequence"}, {"pretokenizers", {{{"type", "WhitespaceSplit"}}, metaspace}}}},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single", {special("[CLS]"), text, special("[SEP]")}},
        {"pair", {special("[CLS]"), text, special("[SEP]"), second, special("[SEP]")}},
        {"special_tokens",
         {{"[CLS]", {{"id", "[CLS]"}, {"ids", {2}}, {"tokens", {"[CLS]"}}}},
          {"[SEP]", {{"id", "[SEP]"}, {"ids", {3}}, {"tokens", {"[SEP]"}}}}}}}},
      {"decoder", metaspace},
      {"model", {{"type", "Unigram"}, {"unk_id", 1}, {"vocab", pieces}}}}
      .dump();
}

}  // namespace integrad
