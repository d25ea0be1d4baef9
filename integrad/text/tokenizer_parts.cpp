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
  TextWalk(const TokenizerParts& parts, std::deque<std::string>& matched)
      : parts_(parts), matched_(matched) {}

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
    if (parts_.normalizer.steps.empty()) {
      walk_normalized(piece);
      return;
    }
    normalized_.assign(piece.begin(), piece.end());
    parts_.normalizer.apply(normalized_);
    walk_normalized(normalized_);
  }

  void walk_normalized(NormalizedSpan text) {
    for (const AddedTokenSegment& segment : parts_.added_tokens.split(text, true)) {
      const NormalizedSpan rest = text.subspan(segment.start, segment.end - segment.start);
      if (segment.token >= 0) {
        append_added(segment, rest);
        continue;
      }
      parts_.pre_tokenizer.split(rest, word_list_);
      for (std::size_t k = 0; k < word_list_.size(); ++k) {
        parts_.model.tokenize(word_list_[k], words_++, scratch_, tokens_);
      }
    }
  }

  void append_added(const AddedTokenSegment& segment, NormalizedSpan piece) {
    const auto number = static_cast<std::size_t>(segment.token);
    matched_.push_back(to_utf8(piece));
    tokens_.push_back({parts_.added_tokens.id(number), parts_.added_tokens.token(number).content,
                       original_range(piece), words_++, matched_.back()});
  }

  const TokenizerParts& parts_;
  std::deque<std::string>& matched_;
  NormalizedText normalized_;
  Words word_list_;
  ModelScratch scratch_;
  std::vector<TextToken> tokens_;
  std::ptrdiff_t words_ = 0;
};

/// A text and its tokens on the way to the post-processor.
struct TokenizedText {
  std::string repaired;  // the text where it was not UTF-8
  std::string_view text;
  std::deque<std::string> matched;
  std::vector<TextToken> tokens;
};

void tokenize_input(const TokenizerParts& parts, std::string_view text, bool replace_invalid,
                    const char* which, TokenizedText& result) {
  result.text = text;
  if (const auto invalid = find_invalid_utf8(text)) {
    if (!replace_invalid) {
      throw TokenizerError(std::string(which) + " is not UTF-8: invalid byte at position " +
                           std::to_string(*invalid) +
                           "; convert it to UTF-8, or ask for invalid bytes to be replaced");
    }
    result.repaired = repair_utf8(text);
    result.text = result.repaired;
  }
  result.tokens = parts.tokenize(result.text, result.matched);
}

std::size_t room_for_texts(std::ptrdiff_t max_length, std::size_t added) {
  if (max_length < 0 || static_cast<std::size_t>(max_length) < added) {
    throw UsageError("the maximal length " + std::to_string(max_length) +
                     " leaves no room for the " + std::to_string(added) +
                     " special tokens; give at least " + std::to_string(added));
  }
  return static_cast<std::size_t>(max_length) - added;
}

std::span<TextToken> keep(std::vector<TextToken>& tokens, std::size_t count, bool truncate_left) {
  const std::span<TextToken> all(tokens);
  return truncate_left ? all.last(count) : all.first(count);
}

}  // namespace

std::optional<std::int32_t> TokenizerParts::id(std::string_view token) const {
  const auto added = added_tokens.id(token);
  return added ? added : model.vocabulary().id(token);
}

std::optional<std::string_view> TokenizerParts::token(std::int32_t id) const {
  if (const auto content = added_tokens.content(id)) return content;
  const Vocabulary& vocabulary = model.vocabulary();
  const auto position = vocabulary.position_of_id(id);
  if (!position) return std::nullopt;
  return vocabulary.piece(*position);
}

std::int32_t TokenizerParts::id_end() const {
  // Every id is at most 2^31 - 2 (checked when read), so the end fits.
  return static_cast<std::int32_t>(
      std::max({model.vocabulary().id_end(), added_tokens.id_end(), post_processor.id_end()}));
}

std::vector<TextToken> TokenizerParts::tokenize(std::string_view text,
                                                std::deque<std::string>& matched) const {
  return TextWalk(*this, matched).run(text);
}

Encoding TokenizerParts::encode(std::string_view text, const std::string_view* pair,
                                const EncodeOptions& options) const {
  const auto& pieces = pair ? post_processor.pair : post_processor.single;
  TokenizedText first, second;
  tokenize_input(*this, text, options.replace_invalid, pair ? "the first text" : "the text", first);
  if (pair) tokenize_input(*this, *pair, options.replace_invalid, "the second text", second);
  std::pair<std::size_t, std::size_t> kept{first.tokens.size(), second.tokens.size()};
  const std::size_t all = kept.first + kept.second;
  if (options.max_length) {
    const std::size_t room = room_for_texts(*options.max_length, PostProcessor::added(pieces));
    kept = truncate(kept.first, kept.second, room, options.strategy);
  }
  const bool left = options.side ? *options.side == TruncationSide::left : truncate_left;
  const std::span<TextToken> first_kept = keep(first.tokens, kept.first, left);
  const std::span<TextToken> second_kept = keep(second.tokens, kept.second, left);
  post_processor.trim_offsets(first.text, first_kept);
  post_processor.trim_offsets(second.text, second_kept);
  Encoding encoding = PostProcessor::assemble(pieces, first_kept, second_kept);
  encoding.truncated_tokens = static_cast<std::ptrdiff_t>(all - kept.first - kept.second);
  return encoding;
}

std::string TokenizerParts::decode(std::span<const std::int32_t> ids,
                                   const DecodeOptions& options) const {
  std::vector<std::string> pieces;
  for (const std::int32_t id : ids) {
    const auto piece = token(id);
    if (!piece || (options.skip_special_tokens && added_tokens.is_special(*piece))) continue;
    pieces.emplace_back(*piece);
  }
  std::string text;
  if (decoder) {
    text = decoder->decode(std::move(pieces));
  } else {
    for (std::size_t k = 0; k < pieces.size(); ++k) text += (k == 0 ? "" : " ") + pieces[k];
  }
  const bool cleans = options.clean_up_spaces.value_or(clean_up_spaces);
  return cleans ? integrad::clean_up_spaces(std::move(text)) : text;
}

}  // namespace integrad
