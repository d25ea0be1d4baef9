// Where the special tokens go, and whether the offsets of byte-level tokens leave out white space.
// Every post-processor (TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence,
// none) comes down to two templates and such trims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/encoding.h"
#include "integrad/text/text_token.h"

namespace integrad {

/// One piece of a template: a text with its tokens, or special tokens.
struct TemplatePiece {
  enum class Kind { first_text, second_text, special };
  Kind kind = Kind::special;
  std::int32_t type_id = 0;
  std::vector<std::int32_t> ids;    // of a special piece
  std::vector<std::string> tokens;  // as many
};

/// Leaves the white space at the ends of a token out of its offsets.
struct OffsetTrim {
  /// One space before the text may have been added: the first token keeps its single one.
  bool add_prefix_space = true;
};

struct PostProcessor {
  std::vector<TemplatePiece> single;
  std::vector<TemplatePiece> pair;
  std::vector<OffsetTrim> trims;  // one after the other, before the special tokens come

  /// Number of special tokens that the template adds.
  static std::size_t added(std::span<const TemplatePiece> pieces);
  /// Largest id of a special token + 1.
  std::int64_t id_end() const;
  /// Applies the trims to the tokens of a text (those that are left after truncation).
  void trim_offsets(std::string_view text, std::span<TextToken> tokens) const;
  /// Puts the texts' tokens (`second` empty for a single text) and the special ones in order.
  static Encoding assemble(std::span<const TemplatePiece> pieces, std::span<const TextToken> first,
                           std::span<const TextToken> second);
};

/// The texts alone, types 0 and 1: what a tokenizer without post-processor makes.
PostProcessor plain_post_processor();

/// <s> A </s>, and <s> A </s></s> B </s>, all of type 0.
PostProcessor roberta_post_processor(TemplatePiece cls, const TemplatePiece& sep,
                                     std::vector<OffsetTrim> trims);

}  // namespace integrad
