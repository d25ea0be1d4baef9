// Reads the decoders of a tokenizer.json.
#include "integrad/text/component_json.h"

namespace integrad {
namespace {

MetaspaceDecoder read_metaspace(const JsonField& field) {
  MetaspaceDecoder metaspace;
  metaspace.replacement = read_character(field.at("replacement"));
  metaspace.prepended = field.bool_or("add_prefix_space", true) &&
                        field.string_or("prepend_scheme", "always") != "never";
  return metaspace;
}

void append(const JsonField& field, std::vector<DecoderStep>& steps) {
  const std::string& type = field.at("type").as_string();
  if (type == "Sequence") {
    for (const JsonField& step : field.at("decoders").elements()) append(step, steps);
  } else if (type == "WordPiece") {
    steps.emplace_back(
        WordPieceDecoder{field.string_or("prefix", "##"), field.bool_or("cleanup", true)});
  } else if (type == "ByteLevel") {
    steps.emplace_back(ByteLevelDecoder{});
  } else if (type == "Metaspace") {
    steps.emplace_back(read_metaspace(field));
  } else if (type == "BPEDecoder") {
    steps.emplace_back(BpeDecoder{field.string_or("suffix", "</w>")});
  } else if (type == "Replace") {
    steps.emplace_back(
        ReplaceDecoder{read_pattern(field.at("pattern")), field.at("content").as_string()});
  } else if (type == "ByteFallback") {
    steps.emplace_back(ByteFallbackDecoder{});
  } else if (type == "Fuse") {
    steps.emplace_back(FuseDecoder{});
  } else if (type == "Strip") {
    steps.emplace_back(StripDecoder{read_character(field.at("content")),
                                    read_count(field.at("start")), read_count(field.at("stop"))});
  } else if (type == "CTC") {
    steps.emplace_back(CtcDecoder{field.string_or("pad_token", "<pad>"),
                                  field.string_or("word_delimiter_token", "|"),
                                  field.bool_or("cleanup", true)});
  } else {
    unsupported_component(field, type,
                          "WordPiece, ByteLevel, Metaspace, BPEDecoder, Replace, ByteFallback, "
                          "Fuse, Strip, CTC and Sequence");
  }
}

}  // namespace

Decoder read_decoder(const JsonField& field) {
  Decoder decoder;
  append(field, decoder.steps);
  return decoder;
}

}  // namespace integrad
