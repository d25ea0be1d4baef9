#include "integrad/text/post_processor.h"

#include <algorithm>

#include "integrad/text/byte_level.h"
#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

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

bool is_trimmed(char32_t code) { return code == byte_character(' ') || is_white_space(code); }

std::size_t leading_spaces(std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t position = 0; position < piece.size(); ++count) {
    const DecodedCharacter next = decode_utf8(piece, position);
    if (!is_trimmed(next.code)) break;
    position += next.bytes;
  }
  return count;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Start of the character that ends before byte `position`.
std::size_t previous_start(std::string_view text, std::size_t position) {
  do {
    --position;
  } while (position > 0 && continues_character(text[position]));
  return position;
}

std::size_t trailing_spaces(std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t end = piece.size(); end > 0; ++count) {
    const std::size_t start = previous_start(piece, end);
    if (!is_trimmed(decode_utf8(piece, start).code)) break;
    end = start;
  }
  return count;
}

// Counts characters of the text, as the reference does, whatever they are.
void trim(OffsetTrim options, std::string_view text, bool first, TextToken& token) {
  const std::string_view value = token.matched.empty() ? token.piece : token.matched;
  std::size_t leading = leading_spaces(value);
  const std::size_t trailing = trailing_spaces(value);
  auto start = static_cast<std::size_t>(token.range.start);
  auto end = static_cast<std::size_t>(token.range.end);
  if (leading == 1 && options.add_prefix_space && (first || start == 0)) leading = 0;
  for (; leading > 0 && start < end; --leading) start += decode_utf8(text, start).bytes;
  std::size_t cut = end;
  std::size_t left = trailing;
  for (; left > 0 && cut > 0; --left) cut = previous_start(text, cut);
  if (left == 0) end = std::max(cut, start);
  token.range = {static_cast<std::ptrdiff_t>(start), static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

void PostProcessor::trim_offsets(std::string_view text, std::span<TextToken> tokens) const {
  for (const OffsetTrim options : trims) {
    for (std::size_t k = 0; k < tokens.size(); ++k) trim(options, text, k == 0, tokens[k]);
  }
}

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
  return {{first}, {first, second}, {}};
}

PostProcessor roberta_post_processor(TemplatePiece cls, const TemplatePiece& sep,
                                     std::vector<OffsetTrim> trims) {
  const TemplatePiece first{TemplatePiece::Kind::first_text, 0, {}, {}};
  const TemplatePiece second{TemplatePiece::Kind::second_text, 0, {}, {}};
  return {{cls, first, sep}, {cls, first, sep, sep, second, sep}, std::move(trims)};
}

}  // namespace integrad
