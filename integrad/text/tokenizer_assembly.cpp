#include "integrad/text/tokenizer_assembly.h"

#include <algorithm>
#include <unordered_set>

#include "integrad/base/error.h"
#include "integrad/text/json_tree.h"

namespace integrad {
namespace {

// Adds what the settings name. A special token that no file gives an id would get one beyond the
// embedding table; it is left out instead, except DeBERTa-v2's [MASK], which no SentencePiece model
// has.
void add_tokens(const TokenizerSettings& settings, bool from_json, TokenizerParts& parts) {
  const Vocabulary& vocabulary = parts.model.vocabulary();
  const std::unordered_set<std::string> special = contents_of(settings.special_tokens);
  for (AddedToken token : settings.added_tokens) {
    token.special = token.special || special.contains(token.content);
    parts.added_tokens.add(token, vocabulary);
  }
  // Without a known class the names of special tokens that no file gives are only guesses.
  const bool known =
      settings.kind != TokenizerClass::other && settings.kind != TokenizerClass::none;
  for (const NamedToken& named : settings.special_tokens) {
    const std::string& content = named.token.content;
    const bool assumed = named.origin == TokenOrigin::assumed;
    if (from_json && assumed && !known) continue;
    const bool added = std::ranges::count(settings.added_tokens, content, &AddedToken::content) > 0;
    if (parts.added_tokens.id(content)) {
      // What the class makes a token with flags of its own counts more than a plain one.
      const bool stronger =
          !added && (assumed || !from_json) && has_own_flags(settings.kind, named);
      if (stronger) parts.added_tokens.add(named.token, vocabulary);
      continue;
    }
    const bool appended = settings.kind == TokenizerClass::deberta_v2 && named.role == "mask_token";
    if (vocabulary.id(content) || appended) parts.added_tokens.add(named.token, vocabulary);
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

}  // namespace

BertNormalizer bert_normalizer(const TokenizerSettings& settings) {
  return {true, settings.tokenize_chinese_chars, settings.strip_accents, settings.do_lower_case};
}

void finish_tokenizer(const TokenizerSettings& settings, const std::string& file, bool from_json,
                      TokenizerParts& parts) {
  const auto* wordpiece = std::get_if<WordPiece>(&parts.model.kind);
  if (wordpiece != nullptr && !wordpiece->vocabulary.find(wordpiece->unknown_token)) {
    throw TokenizerError(file + ": the vocabulary lacks the unknown token '" +
                         shown(wordpiece->unknown_token) + "'");
  }
  add_tokens(settings, from_json, parts);
  parts.added_tokens.prepare(parts.normalizer, settings.split_special_tokens);
  parts.model.vocabulary().index_ids();
  parts.model_max_length = settings.model_max_length;
  parts.clean_up_spaces = settings.clean_up_spaces;
  collect_special_tokens(settings, parts);
}

TemplatePiece special_piece(const TokenizerParts& parts, const std::string& token,
                            const std::string& file) {
  const auto id = parts.id(token);
  if (!id) {
    throw TokenizerError(file + ": the vocabulary lacks the special token '" + shown(token) + "'");
  }
  return {TemplatePiece::Kind::special, 0, {*id}, {token}};
}

PostProcessor bert_post_processor(TemplatePiece cls, const TemplatePiece& sep) {
  const std::vector<TemplatePiece> texts = plain_post_processor().pair;
  TemplatePiece last = sep;
  last.type_id = 1;
  return {{cls, texts[0], sep}, {cls, texts[0], sep, texts[1], last}, {}};
}

}  // namespace integrad
