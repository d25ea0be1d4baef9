// Everything that a tokenizer is made of, as the files describe it, and how a text travels through.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "integrad/text/added_tokens.h"
#include "integrad/text/normalizer.h"
#include "integrad/text/post_processor.h"
#include "integrad/text/pre_tokenizer.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/wordpiece.h"

namespace integrad {

/// Const and shareable once loaded.
struct TokenizerParts {
  AddedTokens added_tokens;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  WordPiece model;
  PostProcessor post_processor;
  SpecialTokens special_tokens;
  std::optional<std::ptrdiff_t> model_max_length;
  bool truncate_left = false;  // keep the end of a text that is too long

  /// Id of an added token or a piece of the vocabulary.
  std::optional<std::int32_t> id(std::string_view token) const;
  /// Largest id + 1 of the vocabulary, the added tokens and the post-processor.
  std::int32_t id_end() const;

  /// Tokens of a valid UTF-8 text, special ones not included.
  std::vector<TextToken> tokenize(std::string_view text) const;
  /// Tokens of a text, or of a pair when `pair` is not null. Throws as `Tokenizer::encode`.
  Encoding encode(std::string_view text, const std::string_view* pair,
                  const EncodeOptions& options) const;
};

}  // namespace integrad
