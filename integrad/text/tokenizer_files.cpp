#include "integrad/text/tokenizer_files.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer_json.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

BertNormalizer normalizer_of(const TokenizerSettings& settings) {
  return {true, settings.tokenize_chinese_chars, settings.strip_accents, settings.do_lower_case};
}

// transformers 4 and 5 rebuild a BertNormalizer from tokenizer_config.json's settings (or their
// defaults) for BERT's classes, whatever tokenizer.json says; MPNet's class leaves out the
// ideographs. Other normalizers stay as they are.
Normalizer settle_normalizer(const std::optional<Normalizer>& in_file,
                             const TokenizerSettings& settings) {
  if (settings.kind == TokenizerClass::other || settings.kind == TokenizerClass::none) {
    return in_file.value_or(Normalizer{});
  }
  if (!in_file) return {{normalizer_of(settings)}};
  Normalizer result = *in_file;
  auto* bert = result.steps.size() == 1 ? std::get_if<BertNormalizer>(&result.steps[0]) : nullptr;
  if (bert == nullptr) return result;
  bert->lowercase = settings.do_lower_case;
  bert->strip_accents = settings.strip_accents;
  if (settings.kind == TokenizerClass::bert) {
    bert->handle_chinese_chars = settings.tokenize_chinese_chars;
  }
  return result;
}

// Adds what the settings name. A special token that no file gives an id would get one beyond the
// embedding table; it is left out instead.
void add_tokens(const TokenizerSettings& settings, TokenizerParts& parts) {
  const Vocabulary& vocabulary = parts.model.vocabulary;
  const std::unordered_set<std::string> special = contents_of(settings.special_tokens);
  for (AddedToken token : settings.added_tokens) {
    token.special = token.special || special.contains(token.content);
    parts.added_tokens.add(token, vocabulary);
  }
  for (const NamedToken& named : settings.special_tokens) {
    const std::string& content = named.token.content;
    if (!parts.added_tokens.id(content) && vocabulary.id(content)) {
      parts.added_tokens.add(named.token, vocabulary);
    }
  }
}

void collect_special_tokens(const TokenizerSettings& settings, TokenizerParts& parts) {
  SpecialTokens& special = parts.special_tokens;
  special.cls = parts.id(settings.special("cls_token"));
  special.sep = parts.id(settings.special("sep_token"));
  special.pad = parts.id(settings.special("pad_token"));
  special.unk = parts.id(settings.special("unk_token"));
  special.mask = parts.id(settings.special("mask_token"));
  for (const NamedToken& named : settings.special_tokens) {
    if (const auto id = parts.id(named.token.content)) special.all.push_back(*id);
  }
  std::ranges::sort(special.all);
  special.all.erase(std::unique(special.all.begin(), special.all.end()), special.all.end());
}

void finish(const TokenizerSettings& settings, const std::string& file, TokenizerParts& parts) {
  if (!parts.model.vocabulary.find(parts.model.unknown_token)) {
    throw TokenizerError(file + ": the vocabulary lacks the unknown token '" +
                         shown(parts.model.unknown_token) + "'");
  }
  add_tokens(settings, parts);
  parts.added_tokens.prepare(parts.normalizer, settings.split_special_tokens);
  parts.model.vocabulary.index_ids();
  parts.model_max_length = settings.model_max_length;
  collect_special_tokens(settings, parts);
}

Vocabulary read_vocabulary(std::string_view text, const std::string& file) {
  if (const auto position = find_invalid_utf8(text)) {
    throw TokenizerError(file + ": not UTF-8: invalid byte at position " +
                         std::to_string(*position));
  }
  Vocabulary vocabulary;
  vocabulary.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1, text.size());
  std::int32_t id = 0;
  // Only "\n" ends a line: U+2028 is a piece of the Chinese vocabulary.
  for (std::size_t start = 0; start < text.size(); ++id) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string_view piece = text.substr(start, end - start);
    if (piece.ends_with('\r')) piece.remove_suffix(1);
    vocabulary.add(piece, id);
    start = end + 1;
  }
  return vocabulary;
}

TemplatePiece special_piece(const TokenizerParts& parts, const std::string& token,
                            const std::string& file) {
  const auto id = parts.id(token);
  if (!id)
    throw TokenizerError(file + ": the vocabulary lacks the special token '" + shown(token) + "'");
  return {TemplatePiece::Kind::special, 0, {*id}, {token}};
}

[[noreturn]] void no_tokenizer_file(const std::filesystem::path& directory) {
  for (const char* name : {"spiece.model", "sentencepiece.bpe.model", "spm.model",
                           "tokenizer.model", "merges.txt", "vocab.json"}) {
    if (file_exists(directory / name)) {
      throw UnsupportedModel((directory / name).string() +
                             ": only WordPiece tokenizers (tokenizer.json or vocab.txt) are "
                             "supported, not SentencePiece or byte-pair encoding");
    }
  }
  throw TokenizerError(directory.string() + ": no tokenizer.json and no vocab.txt found");
}

}  // namespace

TokenizerParts build_from_json(const JsonField& document, const TokenizerSettings& settings) {
  TokenizerJson json = read_tokenizer_json(document);
  TokenizerParts parts;
  parts.model = std::move(json.model);
  parts.pre_tokenizer = std::move(json.pre_tokenizer);
  parts.post_processor = std::move(json.post_processor);
  parts.normalizer = settle_normalizer(json.normalizer, settings);
  parts.truncate_left = settings.truncate_left.value_or(json.truncate_left.value_or(false));
  for (const AddedToken& token : json.added_tokens) {
    parts.added_tokens.add(token, parts.model.vocabulary);
  }
  finish(settings, document.file(), parts);
  return parts;
}

TokenizerParts build_from_vocabulary(std::string_view vocabulary, const std::string& file,
                                     const TokenizerSettings& settings) {
  if (settings.kind == TokenizerClass::other) {
    throw UnsupportedModel(settings.file + ": the tokenizer class '" + shown(settings.class_name) +
                           "' needs a tokenizer.json; with vocab.txt alone only BERT's and MPNet's "
                           "classes are supported");
  }
  TokenizerParts parts;
  parts.model.vocabulary = read_vocabulary(vocabulary, file);
  parts.model.unknown_token = settings.special("unk_token");
  parts.normalizer.steps.emplace_back(normalizer_of(settings));
  parts.pre_tokenizer.steps.push_back(PreTokenizerStep::bert);
  parts.truncate_left = settings.truncate_left.value_or(false);
  finish(settings, file, parts);

  const TemplatePiece cls = special_piece(parts, settings.special("cls_token"), file);
  const TemplatePiece sep = special_piece(parts, settings.special("sep_token"), file);
  TemplatePiece last = sep;
  last.type_id = 1;
  const std::vector<TemplatePiece> texts = plain_post_processor().pair;
  parts.post_processor.single = {cls, texts[0], sep};
  parts.post_processor.pair = {cls, texts[0], sep, texts[1], last};
  if (settings.kind == TokenizerClass::mpnet) {
    parts.post_processor.pair.insert(parts.post_processor.pair.begin() + 3, sep);
  }
  return parts;
}

TokenizerParts read_tokenizer(const std::filesystem::path& directory) {
  const std::filesystem::path json = directory / "tokenizer.json";
  const std::filesystem::path vocabulary = directory / "vocab.txt";
  const bool has_json = file_exists(json);
  if (!has_json && !file_exists(vocabulary)) no_tokenizer_file(directory);
  const TokenizerSettings settings = read_tokenizer_settings(directory);
  if (has_json) {
    const JsonTree document = parse_json_tree(read_tokenizer_file(json), json.string());
    return build_from_json(JsonField(document, json.string()), settings);
  }
  return build_from_vocabulary(read_tokenizer_file(vocabulary), vocabulary.string(), settings);
}

}  // namespace integrad
