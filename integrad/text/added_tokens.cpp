#include "integrad/text/added_tokens.h"

#include <algorithm>
#include <limits>

#include "integrad/base/error.h"
#include "integrad/text/unicode.h"

namespace integrad {
namespace {

bool stands_alone(NormalizedSpan text, std::size_t start, std::size_t end) {
  const bool word_before = start > 0 && is_word_character(text[start - 1].code);
  const bool word_after = end < text.size() && is_word_character(text[end].code);
  return !word_before && !word_after;
}

}  // namespace

void AddedTokens::add(const AddedToken& token, const Vocabulary& vocabulary) {
  if (token.content.empty()) return;
  if (const auto known = by_content_.find(token.content); known != by_content_.end()) {
    tokens_[known->second] = token;
    return;
  }
  const auto known_id = vocabulary.id(token.content);
  const std::int64_t next_id = std::max(static_cast<std::int64_t>(vocabulary.size()), id_end_);
  if (next_id >= std::numeric_limits<std::int32_t>::max()) {
    throw TokenizerError("no id is left for the added token '" + token.content + "'");
  }
  const auto id = known_id.value_or(static_cast<std::int32_t>(next_id));
  by_content_.emplace(token.content, tokens_.size());
  by_id_.insert_or_assign(id, tokens_.size());
  tokens_.push_back(token);
  ids_.push_back(id);
  id_end_ = std::max(id_end_, id + std::int64_t{1});
}

void AddedTokens::prepare(const Normalizer& normalizer, bool ignore_special) {
  ignore_special_ = ignore_special;
  raw_ = {};
  normalized_ = {};
  for (std::size_t k = 0; k < tokens_.size(); ++k) {
    NormalizedText characters = align(tokens_[k].content);
    if (tokens_[k].normalized) normalizer.apply(characters);
    std::u32string text;
    for (const NormalizedCharacter& character : characters) text.push_back(character.code);
    if (text.empty()) continue;
    Patterns& patterns = tokens_[k].normalized ? normalized_ : raw_;
    if (text[0] < patterns.begins.size()) patterns.begins[text[0]] = true;
    patterns.sorted.push_back({std::move(text), static_cast<std::ptrdiff_t>(k)});
  }
  std::ranges::stable_sort(raw_.sorted, {}, &Pattern::text);
  std::ranges::stable_sort(normalized_.sorted, {}, &Pattern::text);
}

// Narrows the sorted patterns character by character to those that begin as the text does.
AddedTokens::Match AddedTokens::longest_match(const std::vector<Pattern>& patterns,
                                              NormalizedSpan text) {
  Match match;
  auto from = patterns.begin();
  auto to = patterns.end();
  for (std::size_t depth = 0; depth < text.size() && from != to; ++depth) {
    // All in [from, to) share `depth` characters; one that ends here sorts first.
    const auto character_at = [depth](const Pattern& pattern) -> std::int64_t {
      return depth < pattern.text.size() ? static_cast<std::int64_t>(pattern.text[depth]) : -1;
    };
    const auto code = static_cast<std::int64_t>(text[depth].code);
    from = std::ranges::lower_bound(from, to, code, {}, character_at);
    to = std::ranges::upper_bound(from, to, code, {}, character_at);
    if (from != to && from->text.size() == depth + 1) match = {depth + 1, from->token};
  }
  return match;
}

std::vector<AddedTokenSegment> AddedTokens::split(NormalizedSpan text, bool normalized) const {
  const Patterns& patterns = normalized ? normalized_ : raw_;
  std::vector<AddedTokenSegment> segments;
  std::size_t covered = 0;
  for (std::size_t position = 0; !patterns.sorted.empty() && position < text.size();) {
    if (!patterns.may_begin_with(text[position].code)) {
      ++position;
      continue;
    }
    const Match match = longest_match(patterns.sorted, text.subspan(position));
    if (match.token < 0) {
      ++position;
      continue;
    }
    std::size_t start = position;
    std::size_t end = position + match.length;
    position = end;
    const AddedToken& token = tokens_[static_cast<std::size_t>(match.token)];
    if (ignore_special_ && token.special) continue;
    if (token.single_word && !stands_alone(text, start, end)) continue;
    if (token.lstrip) {
      while (start > covered && is_white_space(text[start - 1].code)) --start;
    }
    if (token.rstrip) {
      while (end < text.size() && is_white_space(text[end].code)) ++end;
    }
    start = std::max(start, covered);
    if (covered < start) segments.push_back({covered, start, -1});
    segments.push_back({start, end, match.token});
    covered = end;
    position = std::max(position, covered);
  }
  if (covered < text.size()) segments.push_back({covered, text.size(), -1});
  return segments;
}

std::optional<std::int32_t> AddedTokens::id(std::string_view content) const {
  const auto found = by_content_.find(std::string(content));
  if (found == by_content_.end()) return std::nullopt;
  return ids_[found->second];
}

std::optional<std::string_view> AddedTokens::content(std::int32_t id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return tokens_[found->second].content;
}

bool AddedTokens::is_special(std::string_view content) const {
  const auto found = by_content_.find(std::string(content));
  return found != by_content_.end() && tokens_[found->second].special;
}

}  // namespace integrad
