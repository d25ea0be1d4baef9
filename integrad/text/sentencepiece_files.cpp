// Tokenizers of SentencePiece models, made as transformers' convert_slow_tokenizer.py makes them.
#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "integrad/base/error.h"
#include "integrad/text/sentencepiece_model.h"
#include "integrad/text/tokenizer_assembly.h"
#include "integrad/text/tokenizer_files.h"
#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

using Piece = std::pair<std::string, double>;  // and its score

// ALBERT keeps away from pieces such as "9,".
bool ends_in_digit_and_comma(std::string_view piece) {
  const std::u32string codes = decode_all(piece);
  return codes.size() >= 2 && codes.back() == ',' && is_decimal_digit(codes[codes.size() - 2]);
}

// The pieces in the order of their ids. XLM-RoBERTa and CamemBERT have fairseq's order.
std::vector<Piece> list_pieces(const SentencePieceModel& model, TokenizerClass kind) {
  std::vector<Piece> pieces;
  std::size_t first = 0;
  if (kind == TokenizerClass::xlm_roberta) {
    pieces = {{"<s>", 0}, {"<pad>", 0}, {"</s>", 0}, {"<unk>", 0}};
    first = 3;
  } else if (kind == TokenizerClass::camembert) {
    pieces = {
        {"<s>NOTUSED", 0}, {"<pad>", 0}, {"</s>NOTUSED", 0}, {"<unk>", 0}, {"<unk>NOTUSED", -100}};
    first = 1;
  }
  for (std::size_t k = first; k < model.pieces.size(); ++k) {
    const SentencePiece& piece = model.pieces[k];
    const bool lowered = kind == TokenizerClass::albert && ends_in_digit_and_comma(piece.piece);
    pieces.emplace_back(piece.piece, static_cast<double>(piece.score) - (lowered ? 100 : 0));
  }
  if (first > 0) pieces.emplace_back("<mask>", 0);
  return pieces;
}

Unigram make_unigram(const std::vector<Piece>& pieces, std::int32_t unknown_id) {
  Unigram model;
  for (const auto& [piece, score] : pieces) {
    model.vocabulary.add(piece, static_cast<std::int32_t>(model.scores.size()));
    model.scores.push_back(score);
  }
  model.unknown_id = unknown_id;
  model.prepare();
  return model;
}

/// Two pieces that make a third.
struct ScoredMerge {
  std::string_view left, right;
  double score = 0;
  std::size_t left_size = 0, right_size = 0;  // in characters
};

constexpr std::size_t longest_merge = 4096;  // all ways to cut a piece in two are tried

// All ways to make a piece of two others, the best pieces first, as generate_merges does.
std::vector<ScoredMerge> list_merges(const SentencePieceModel& source,
                                     const std::vector<Piece>& pieces) {
  std::map<std::string_view, std::size_t> ids;
  for (std::size_t k = 0; k < source.pieces.size(); ++k) ids[source.pieces[k].piece] = k;
  std::vector<ScoredMerge> merges;
  for (const auto& [piece, score] : pieces) {
    if (piece.size() > longest_merge) {
      throw TokenizerError("a piece has " + std::to_string(piece.size()) + " bytes, more than " +
                           std::to_string(longest_merge));
    }
    const std::size_t size = decode_all(piece).size();
    std::vector<std::tuple<std::size_t, std::size_t, ScoredMerge>> local;
    std::size_t characters = 0;
    for (std::size_t cut = 0; cut < piece.size(); cut += decode_utf8(piece, cut).bytes) {
      if (cut > 0) {
        const std::string_view left = std::string_view(piece).substr(0, cut);
        const std::string_view right = std::string_view(piece).substr(cut);
        const auto left_id = ids.find(left), right_id = ids.find(right);
        if (left_id != ids.end() && right_id != ids.end()) {
          local.push_back({left_id->second,
                           right_id->second,
                           {left, right, score, characters, size - characters}});
        }
      }
      ++characters;
    }
    std::ranges::stable_sort(local, [](const auto& a, const auto& b) {
      return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
    });
    for (const auto& entry : local) merges.push_back(std::get<2>(entry));
  }
  std::ranges::stable_sort(merges, [](const ScoredMerge& a, const ScoredMerge& b) {
    return std::tie(a.score, a.left_size, a.right_size) >
           std::tie(b.score, b.left_size, b.right_size);
  });
  return merges;
}

Bpe make_bpe(const SentencePieceModel& source, const std::vector<Piece>& pieces) {
  Bpe model;
  std::int32_t id = 0;
  for (const auto& [piece, score] : pieces) model.vocabulary.add(piece, id++);
  model.unknown_token = source.unknown_piece;
  model.fuse_unknown = true;
  std::uint32_t rank = 0;
  for (const ScoredMerge& merge : list_merges(source, pieces)) {
    model.add_merge(merge.left, merge.right, rank++);
  }
  model.prepare();
  return model;
}

ReplaceNormalizer replace_spaces(char32_t by) {
  return {Pattern(RegularExpression(U" {2,}")), {by}};
}

Normalizer make_normalizer(const SentencePieceModel& model, const TokenizerSettings& settings) {
  Normalizer result;
  auto& steps = result.steps;
  const bool albert = settings.kind == TokenizerClass::albert;
  const bool deberta = settings.kind == TokenizerClass::deberta_v2;
  if (albert) {
    steps.emplace_back(ReplaceNormalizer{Pattern(U"``"), U"\""});
    steps.emplace_back(ReplaceNormalizer{Pattern(U"''"), U"\""});
    if (!settings.keep_accents) {
      steps.emplace_back(FormNormalizer{UnicodeForm::nfkd});
      steps.emplace_back(StripAccentsNormalizer{});
    }
  }
  if ((albert || deberta) && settings.do_lower_case) steps.emplace_back(LowercaseNormalizer{});
  if (deberta) steps.emplace_back(StripNormalizer{});
  if (!model.character_map.empty()) steps.emplace_back(CharacterMap(model.character_map));
  if (albert || deberta) {
    steps.emplace_back(replace_spaces(' '));
  } else {
    steps.emplace_back(StripNormalizer{false, true});
    steps.emplace_back(replace_spaces(U'\u2581'));
  }
  return result;
}

Model make_model(const SentencePieceModel& source, TokenizerClass kind, const std::string& file) {
  const std::vector<Piece> pieces = list_pieces(source, kind);
  if (pieces.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw TokenizerError(file + ": has too many pieces");
  }
  if (source.kind == SentencePieceModel::Kind::bpe) return {make_bpe(source, pieces)};
  if (source.kind != SentencePieceModel::Kind::unigram) {
    throw UnsupportedModel(file + ": only SentencePiece's unigram and BPE models are supported");
  }
  const bool fairseq = kind == TokenizerClass::xlm_roberta || kind == TokenizerClass::camembert;
  return {make_unigram(pieces, fairseq ? 3 : source.unknown_id)};
}

// Control pieces are special tokens, pieces defined by the user are added ones.
void add_source_tokens(const SentencePieceModel& source, TokenizerParts& parts) {
  for (const SentencePiece& piece : source.pieces) {
    const bool control = piece.type == SentencePiece::Type::control;
    if (!control && piece.type != SentencePiece::Type::user_defined) continue;
    AddedToken token;
    token.content = piece.piece;
    token.normalized = false;
    token.special = control;
    parts.added_tokens.add(token, parts.model.vocabulary());
  }
}

}  // namespace

TokenizerParts build_from_sentencepiece(std::string_view bytes, const std::string& file,
                                        const TokenizerSettings& settings) {
  const bool fairseq =
      settings.kind == TokenizerClass::xlm_roberta || settings.kind == TokenizerClass::camembert;
  if (!fairseq && settings.kind != TokenizerClass::albert &&
      settings.kind != TokenizerClass::deberta_v2) {
    throw UnsupportedModel(settings.file + ": the tokenizer class '" + shown(settings.class_name) +
                           "' needs a tokenizer.json; with a SentencePiece model only the classes "
                           "of ALBERT, XLM-RoBERTa, CamemBERT and DeBERTa-v2 are supported");
  }
  const SentencePieceModel source = read_sentencepiece_model(bytes, file);
  TokenizerParts parts;
  try {
    parts.model = make_model(source, settings.kind, file);
    parts.normalizer = make_normalizer(source, settings);
  } catch (const TokenizerError& error) {
    throw TokenizerError(file + ": " + error.what());
  }
  if (settings.kind == TokenizerClass::deberta_v2 && settings.split_by_punct) {
    parts.pre_tokenizer.steps.emplace_back(PunctuationPreTokenizer{});
  }
  parts.pre_tokenizer.steps.emplace_back(MetaspacePreTokenizer{});
  parts.decoder.emplace().steps.emplace_back(MetaspaceDecoder{});
  parts.truncate_left = settings.truncate_left.value_or(false);
  add_source_tokens(source, parts);
  finish_tokenizer(settings, file, false, parts);

  const std::string cls_name = fairseq ? "<s>" : "[CLS]";
  const std::string sep_name = fairseq ? "</s>" : "[SEP]";
  const TemplatePiece cls = special_piece(parts, cls_name, file);
  const TemplatePiece sep = special_piece(parts, sep_name, file);
  parts.post_processor =
      fairseq ? roberta_post_processor(cls, sep, {}) : bert_post_processor(cls, sep);
  return parts;
}

}  // namespace integrad
