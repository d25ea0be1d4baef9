#include "integrad/text/post_processor.h"

#include <algorithm>

namespace integrad {
namespace {

void append_special(const TemplatePiece& piece, Encoding& encoding) {
  for (std::size_t k = 0; k < piece.ids.size(); ++k) {
    encoding.ids.push_back(piece.ids[k]);
    encoding.type_ids.push_back(piece.type_id);
    encoding.tokens.push_back(piece.tokens[k]);
    encoding.offsets.push_back({});
    encoding.words.push_back(-1);
    encoding.segments.push_back(0);
    encoding.special.push_back(1);
  }
}

void append_text(const TemplatePiece& piece, std::span<const TextToken> tokens,
                 Encoding& encoding) {
  const int segment = piece.kind == TemplatePiece::Kind::second_text ? 1 : 0;
  for (const TextToken& token : tokens) {
    encoding.ids.push_back(token.id);
    encoding.type_ids.push_back(piece.type_id);
    encoding.tokens.emplace_back(token.piece);
    encoding.offsets.push_back(token.range);
    encoding.words.push_back(token.word);
    encoding.segments.push_back(segment);
    encoding.special.push_back(0);
  }
}

}  // namespace

std::size_t PostProcessor::added(std::span<const TemplatePiece> pieces) {
  std::size_t count = 0;
  for (const TemplatePiece& piece : pieces) count += piece.ids.size();
  return count;
}

std::int64_t PostProcessor::id_end() const {
  std::int64_t end = 0;
  for (const auto* pieces : {&single, &pair}) {
    for (const TemplatePiece& piece : *pieces) {
      for (const std::int32_t id : piece.ids)
        end = std::max<std::int64_t>(end, std::int64_t{id} + 1);
    }
  }
  return end;
}

Encoding PostProcessor::assemble(std::span<const TemplatePiece> pieces,
                                 std::span<const TextToken> first,
                                 std::span<const TextToken> second) {
  Encoding encoding;
  for (const TemplatePiece& piece : pieces) {
    switch (piece.kind) {
      case TemplatePiece::Kind::special:
        append_special(piece, encoding);
        break;
      case TemplatePiece::Kind::first_text:
        append_text(piece, first, encoding);
        break;
      case TemplatePiece::Kind::second_text:
        append_text(piece, second, encoding);
        break;
    }
  }
  return encoding;
}

PostProcessor plain_post_processor() {
  const TemplatePiece first{TemplatePiece::Kind::first_text, 0, {}, {}};
  const TemplatePiece second{TemplatePiece::Kind::second_text, 1, {}, {}};
  return {{first}, {first, second}};
}

}  // namespace integrad
