// Tokenizers of vocab.txt, and of vocab.json with merges.txt.
#include <algorithm>

#include "integrad/base/error.h"
#include "integrad/text/component_json.h"
#include "integrad/text/tokenizer_assembly.h"
#include "integrad/text/tokenizer_files.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

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

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t start = 0; start < line.size();) {
    const std::size_t end = std::min(line.find(' ', start), line.size());
    if (end > start) words.push_back(line.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

void read_merges(std::string_view text, const std::string& file, Bpe& model) {
  if (const auto position = find_invalid_utf8(text)) {
    throw TokenizerError(file + ": not UTF-8: invalid byte at position " +
                         std::to_string(*position));
  }
  model.merges.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')));
  std::uint32_t rank = 0;
  std::size_t number = 0;
  for (std::size_t start = 0; text.find('\n', start) != std::string_view::npos; ++number) {
    const std::size_t end = text.find('\n', start);
    std::string_view line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    start = end + 1;
    if (number == 0) continue;  // "#version: 0.2"
    const std::vector<std::string_view> pieces = words_of(line);
    const std::string where = file + ": line " + std::to_string(number + 1);
    if (pieces.size() != 2) {
      throw TokenizerError(where + ": expected two pieces, found \"" + shown(line) + "\"");
    }
    try {
      model.add_merge(pieces[0], pieces[1], rank++);
    } catch (const TokenizerError& error) {
      throw TokenizerError(where + ": " + error.what());
    }
  }
}

}  // namespace

TokenizerParts build_from_vocabulary(std::string_view vocabulary, const std::string& file,
                                     const TokenizerSettings& settings) {
  const bool supported = settings.kind == TokenizerClass::bert ||
                         settings.kind == TokenizerClass::mpnet ||
                         settings.kind == TokenizerClass::none;
  if (!supported) {
    throw UnsupportedModel(settings.file + ": the tokenizer class '" + shown(settings.class_name) +
                           "' needs a tokenizer.json; with vocab.txt alone only BERT's and MPNet's "
                           "classes are supported");
  }
  TokenizerParts parts;
  WordPiece model;
  model.vocabulary = read_vocabulary(vocabulary, file);
  model.unknown_token = settings.special("unk_token");
  parts.model.kind = std::move(model);
  parts.normalizer.steps.emplace_back(bert_normalizer(settings));
  parts.pre_tokenizer.steps.emplace_back(BertPreTokenizer{});
  parts.decoder.emplace().steps.emplace_back(WordPieceDecoder{});
  parts.truncate_left = settings.truncate_left.value_or(false);
  finish_tokenizer(settings, file, false, parts);

  const TemplatePiece cls = special_piece(parts, settings.special("cls_token"), file);
  const TemplatePiece sep = special_piece(parts, settings.special("sep_token"), file);
  parts.post_processor = bert_post_processor(cls, sep);
  if (settings.kind == TokenizerClass::mpnet) {
    parts.post_processor.pair.insert(parts.post_processor.pair.begin() + 3, sep);
  }
  return parts;
}

TokenizerParts build_from_merges(const JsonField& vocabulary, std::string_view merges,
                                 const TokenizerSettings& settings) {
  const bool roberta = settings.kind == TokenizerClass::roberta;
  if (!roberta && settings.kind != TokenizerClass::deberta) {
    throw UnsupportedModel(settings.file + ": the tokenizer class '" + shown(settings.class_name) +
                           "' needs a tokenizer.json; with vocab.json and merges.txt only "
                           "RoBERTa's and DeBERTa's classes are supported");
  }
  TokenizerParts parts;
  Bpe model;
  model.vocabulary = read_piece_ids(vocabulary);
  const auto merges_file = std::filesystem::path(vocabulary.file()).replace_filename("merges.txt");
  read_merges(merges, merges_file.string(), model);
  model.prepare();
  parts.model.kind = std::move(model);
  parts.pre_tokenizer.steps.emplace_back(ByteLevelPreTokenizer{settings.add_prefix_space, true});
  parts.decoder.emplace().steps.emplace_back(ByteLevelDecoder{});
  parts.truncate_left = settings.truncate_left.value_or(false);
  finish_tokenizer(settings, vocabulary.file(), false, parts);

  const std::string& file = vocabulary.file();
  const TemplatePiece cls = special_piece(parts, settings.special("cls_token"), file);
  const TemplatePiece sep = special_piece(parts, settings.special("sep_token"), file);
  if (roberta) {
    std::vector<OffsetTrim> trims;
    if (settings.trim_offsets) trims.push_back({settings.add_prefix_space});
    parts.post_processor = roberta_post_processor(cls, sep, std::move(trims));
  } else {
    parts.post_processor = bert_post_processor(cls, sep);
  }
  return parts;
}

}  // namespace integrad
