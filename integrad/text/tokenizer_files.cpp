#include "integrad/text/tokenizer_files.h"

#include <array>
#include <string>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer_assembly.h"
#include "integrad/text/tokenizer_json.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

// transformers 4 and 5 rebuild a BertNormalizer from tokenizer_config.json's settings (or their
// defaults) for BERT's classes, whatever tokenizer.json says; MPNet's class leaves out the
// ideographs. Other normalizers stay as they are.
Normalizer settle_normalizer(std::optional<Normalizer> in_file, const TokenizerSettings& settings) {
  if (settings.kind != TokenizerClass::bert && settings.kind != TokenizerClass::mpnet) {
    return in_file ? std::move(*in_file) : Normalizer{};
  }
  if (!in_file) return {{bert_normalizer(settings)}};
  auto* bert =
      in_file->steps.size() == 1 ? std::get_if<BertNormalizer>(&in_file->steps[0]) : nullptr;
  if (bert != nullptr) {
    bert->lowercase = settings.do_lower_case;
    bert->strip_accents = settings.strip_accents;
    if (settings.kind == TokenizerClass::bert) {
      bert->handle_chinese_chars = settings.tokenize_chinese_chars;
    }
  }
  return std::move(*in_file);
}

std::string type_of(const JsonField& document, std::string_view component) {
  const auto field = document.find(component);
  return field ? field->at("type").as_string() : "";
}

// Every class of transformers gives a byte-level pre-tokenizer the settings' add_prefix_space (no,
// when they have none), and RoBERTa's class the post-processor likewise.
void settle_byte_level(const JsonField& document, const TokenizerSettings& settings,
                       TokenizerParts& parts) {
  if (settings.kind == TokenizerClass::none) return;
  if (type_of(document, "pre_tokenizer") == "ByteLevel") {
    auto& step = std::get<ByteLevelPreTokenizer>(parts.pre_tokenizer.steps.at(0));
    step.add_prefix_space = settings.add_prefix_space;
  }
  const std::string processor = type_of(document, "post_processor");
  if (settings.kind != TokenizerClass::roberta ||
      (processor != "RobertaProcessing" && processor != "ByteLevel")) {
    return;
  }
  parts.post_processor.trims.clear();
  if (settings.trim_offsets) parts.post_processor.trims.push_back({settings.add_prefix_space});
}

/// A SentencePiece model's usual name, and whose it is when no file says.
struct SentencePieceFile {
  const char* name;
  TokenizerClass kind;
};

constexpr std::array<SentencePieceFile, 3> sentencepiece_files = {
    {{"spiece.model", TokenizerClass::albert},
     {"sentencepiece.bpe.model", TokenizerClass::xlm_roberta},
     {"spm.model", TokenizerClass::deberta_v2}}};

TokenizerSettings read_settings(const fs::path& directory, TokenizerClass otherwise) {
  TokenizerSettings settings = read_tokenizer_settings(directory);
  // No file names a class, so the names of the special tokens are guesses, and better ones now.
  if (settings.kind == TokenizerClass::none) settings = settings_of_class(settings, otherwise);
  return settings;
}

}  // namespace

TokenizerParts build_from_json(const JsonField& document, const TokenizerSettings& settings) {
  TokenizerJson json = read_tokenizer_json(document);
  TokenizerParts parts;
  parts.model = std::move(json.model);
  parts.pre_tokenizer = std::move(json.pre_tokenizer);
  parts.post_processor = std::move(json.post_processor);
  parts.decoder = std::move(json.decoder);
  parts.normalizer = settle_normalizer(std::move(json.normalizer), settings);
  settle_byte_level(document, settings, parts);
  parts.truncate_left = settings.truncate_left.value_or(json.truncate_left.value_or(false));
  for (const AddedToken& token : json.added_tokens) {
    parts.added_tokens.add(token, parts.model.vocabulary());
  }
  finish_tokenizer(settings, document.file(), true, parts);
  return parts;
}

TokenizerParts read_tokenizer(const fs::path& directory) {
  const fs::path json = directory / "tokenizer.json";
  if (file_exists(json)) {
    const JsonTree document = parse_json_tree(read_tokenizer_file(json), json.string());
    return build_from_json(JsonField(document, json.string()), read_tokenizer_settings(directory));
  }
  for (const auto& [name, kind] : sentencepiece_files) {
    const fs::path model = directory / name;
    if (!file_exists(model)) continue;
    return build_from_sentencepiece(read_tokenizer_file(model), model.string(),
                                    read_settings(directory, kind));
  }
  const fs::path pieces = directory / "vocab.json";
  const fs::path merges = directory / "merges.txt";
  if (file_exists(pieces) && file_exists(merges)) {
    const JsonTree document = parse_json_tree(read_tokenizer_file(pieces), pieces.string());
    return build_from_merges(JsonField(document, pieces.string()), read_tokenizer_file(merges),
                             read_settings(directory, TokenizerClass::roberta));
  }
  const fs::path vocabulary = directory / "vocab.txt";
  if (!file_exists(vocabulary)) {
    throw TokenizerError(directory.string() +
                         ": no tokenizer.json, vocab.txt, vocab.json with merges.txt, "
                         "spiece.model, sentencepiece.bpe.model or spm.model found");
  }
  return build_from_vocabulary(read_tokenizer_file(vocabulary), vocabulary.string(),
                               read_tokenizer_settings(directory));
}

}  // namespace integrad
