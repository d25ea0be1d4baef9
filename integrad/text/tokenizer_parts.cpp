#include "integrad/text/tokenizer_parts.h"

#include <algorithm>
#include <string>

#include "integrad/base/error.h"
#include "integrad/text/truncation.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

/// One text on its way through the tokenizer, piece by piece.
class TextWalk {
 public:
  explicit TextWalk(const TokenizerParts& parts) : parts_(parts) {}

  std::vector<TextToken> run(std::string_view text) {
    const NormalizedText original = align(text);
    for (const AddedTokenSegment& segment : parts_.added_tokens.split(original, false)) {
      const NormalizedSpan piece =
          NormalizedSpan(original).subspan(segment.start, segment.end - segment.start);
      if (segment.token >= 0) {
        append_added(segment, piece);
      } else {
        walk_raw(piece);
      }
    }
    return std::move(tokens_);
  }

 private:
  void walk_raw(NormalizedSpan piece) {
    NormalizedText normalized(piece.begin(), piece.end());
    parts_.normalizer.apply(normalized);
    for (const AddedTokenSegment& segment : parts_.added_tokens.split(normalized, true)) {
      const NormalizedSpan rest =
          NormalizedSpan(normalized).subspan(segment.start, segment.end - segment.start);
      if (segment.token >= 0) {
        append_added(segment, rest);
        continue;
      }
      for (const NormalizedSpan word : parts_.pre_tokenizer.split(rest)) {
        parts_.model.tokenize(word, words_++, scratch_, tokens_);
      }
    }
  }

  void append_added(const AddedTokenSegment& segment, NormalizedSpan piece) {
    const auto number = static_cast<std::size_t>(segment.token);
    tokens_.push_back({parts_.added_tokens.id(number), parts_.added_tokens.token(number).content,
                       original_range(piece), words_++});
  }

  const TokenizerParts& parts_;
  WordPieceScratch scratch_;
  std::vector<TextToken> tokens_;
  std::ptrdiff_t words_ = 0;
};

std::vector<TextToken> tokenize_input(const TokenizerParts& parts, std::string_view text,
                                      bool replace_invalid, const char* which) {
  const auto invalid = find_invalid_utf8(text);
  if (!invalid) return parts.tokenize(text);
  if (replace_invalid) return parts.tokenize(repair_utf8(text));
  throw TokenizerError(std::string(which) + " is not UTF-8: invalid byte at position " +
                       std::to_string(*invalid) +
                       "; convert it to UTF-8, or ask for invalid bytes to be replaced");
}

std::size_t room_for_texts(std::ptrdiff_t max_length, std::size_t added) {
  if (max_length < 0 || static_cast<std::size_t>(max_length) < added) {
    throw UsageError("the maximal length " + std::to_string(max_length) +
                     " leaves no room for the " + std::to_string(added) +
                     " special tokens; give at least " + std::to_string(added));
  }
  return static_cast<std::size_t>(max_length) - added;
}

std::span<const TextToken> keep(const std::vector<TextToken>& tokens, std::size_t count,
                                bool truncate_left) {
  const std::span<const TextToken> all(tokens);
  return truncate_left ? all.last(count) : all.first(count);
}

}  // namespace

std::optional<std::int32_t> TokenizerParts::id(std::string_view token) const {
  const auto added = added_tokens.id(token);
  return added ? added : model.vocabulary.id(token);
}

std::int32_t TokenizerParts::id_end() const {
  // Every id is at most 2^31 - 2 (checked when read), so the end fits.
  return static_cast<std::int32_t>(
      std::max({model.vocabulary.id_end(), added_tokens.id_end(), post_processor.id_end()}));
}

std::vector<TextToken> TokenizerParts::tokenize(std::string_view text) const {
  return TextWalk(*this).run(text);
}

Encoding TokenizerParts::encode(std::string_view text, const std::string_view* pair,
                                const EncodeOptions& options) const {
  const auto& pieces = pair ? post_processor.pair : post_processor.single;
  const std::vector<TextToken> first =
      tokenize_input(*this, text, options.replace_invalid, pair ? "the first text" : "the text");
  std::vector<TextToken> second;
  if (pair) {
    second = tokenize_input(*this, *pair, options.replace_invalid, "the second text");
  }
  std::pair<std::size_t, std::size_t> kept{first.size(), second.size()};
  if (options.max_length) {
    const std::size_t room = room_for_texts(*options.max_length, PostProcessor::added(pieces));
    kept = truncate_longest_first(first.size(), second.size(), room);
  }
  Encoding encoding = PostProcessor::assemble(pieces, keep(first, kept.first, truncate_left),
                                              keep(second, kept.second, truncate_left));
  encoding.truncated_tokens =
      static_cast<std::ptrdiff_t>(first.size() + second.size() - kept.first - kept.second);
  return encoding;
}

}  // namespace integrad
