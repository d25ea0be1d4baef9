// Where the special tokens go. Every post-processor that is built here (TemplateProcessing,
// BertProcessing, none) comes down to two templates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "integrad/text/encoding.h"
#include "integrad/text/wordpiece.h"

namespace integrad {

/// One piece of a template: a text with its tokens, or special tokens.
struct TemplatePiece {
  enum class Kind { first_text, second_text, special };
  Kind kind = Kind::special;
  std::int32_t type_id = 0;
  std::vector<std::int32_t> ids;    // of a special piece
  std::vector<std::string> tokens;  // as many
};

struct PostProcessor {
  std::vector<TemplatePiece> single;
  std::vector<TemplatePiece> pair;

  /// Number of special tokens that the template adds.
  static std::size_t added(std::span<const TemplatePiece> pieces);
  /// Largest id of a special token + 1.
  std::int64_t id_end() const;
  /// Puts the texts' tokens (`second` empty for a single text) and the special ones in order.
  static Encoding assemble(std::span<const TemplatePiece> pieces, std::span<const TextToken> first,
                           std::span<const TextToken> second);
};

/// The texts alone, types 0 and 1: what a tokenizer without post-processor makes.
PostProcessor plain_post_processor();

}  // namespace integrad
