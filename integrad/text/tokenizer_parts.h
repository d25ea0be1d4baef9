// Everything that a tokenizer is made of, as the files describe it, and how a text travels through.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/added_tokens.h"
#include "integrad/text/decoder.h"
#include "integrad/text/model.h"
#include "integrad/text/normalizer.h"
#include "integrad/text/post_processor.h"
#include "integrad/text/pre_tokenizer.h"
#include "integrad/text/tokenizer.h"

namespace integrad {

/// Const and shareable once loaded.
struct TokenizerParts {
  AddedTokens added_tokens;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  Model model;
  PostProcessor post_processor;
  std::optional<Decoder> decoder;  // none: pieces are joined by spaces
  SpecialTokens special_tokens;
  std::optional<std::ptrdiff_t> model_max_length;
  bool truncate_left = false;    // keep the end of a text that is too long
  bool clean_up_spaces = false;  // after decoding

  /// Id of an added token or a piece of the vocabulary.
  std::optional<std::int32_t> id(std::string_view token) const;
  /// Content of an added token or a piece of the vocabulary; none when no token has the id.
  std::optional<std::string_view> token(std::int32_t id) const;
  /// Largest id + 1 of the vocabulary, the added tokens and the post-processor.
  std::int32_t id_end() const;

  /// Tokens of a valid UTF-8 text, special ones not included. `matched` keeps what their
  /// TextToken::matched looks into.
  std::vector<TextToken> tokenize(std::string_view text, std::deque<std::string>& matched) const;
  /// Tokens of a text, or of a pair when `pair` is not null. Throws as `Tokenizer::encode`.
  Encoding encode(std::string_view text, const std::string_view* pair,
                  const EncodeOptions& options) const;
  /// The text of some ids. See `Tokenizer::decode`.
  std::string decode(std::span<const std::int32_t> ids, const DecodeOptions& options) const;
};

}  // namespace integrad
