#include "integrad/attribution/spans.h"

#include <algorithm>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

void check(const TokenAttribution& token, std::span<const std::string_view> texts, Index number) {
  const auto segments = static_cast<Index>(texts.size());
  const bool known = token.segment >= 0 && token.segment < segments;
  if (!known) {
    throw UsageError("token " + std::to_string(number) + " is of text " +
                     std::to_string(token.segment) + ", but there are " + std::to_string(segments) +
                     " texts");
  }
  const auto size = static_cast<Index>(texts[token.segment].size());
  if (token.start < 0 || token.end < token.start || token.end > size) {
    throw UsageError("token " + std::to_string(number) + " covers bytes [" +
                     std::to_string(token.start) + ", " + std::to_string(token.end) +
                     ") of a text of " + std::to_string(size) + " bytes");
  }
}

// Consecutive tokens for which `together(first of the span, token)` holds become a span; a special
// token is a span of its own. A span's characters reach from its first to its last token's.
template <class Together>
std::vector<SpanAttribution> sum_over(std::span<const TokenAttribution> tokens,
                                      std::span<const std::string_view> texts,
                                      const Together& together) {
  std::vector<SpanAttribution> spans;
  Index number = 0;
  for (const TokenAttribution& token : tokens) {
    if (!token.special) check(token, texts, number);
    const bool joins = !spans.empty() && !token.special && !spans.back().special &&
                       spans.back().segment == token.segment &&
                       together(tokens[spans.back().first_token], token);
    if (!joins) {
      spans.push_back(
          {"", token.start, token.end, token.segment, token.special, number, number, 0, {}});
    }
    SpanAttribution& span = spans.back();
    if (token.start < token.end) {  // a token without characters does not widen its span
      const bool empty = span.start == span.end;
      span.start = empty ? token.start : std::min(span.start, token.start);
      span.end = empty ? token.end : std::max(span.end, token.end);
    }
    span.last_token = ++number;
    span.attribution += token.attribution;
    if (token.error) span.error = span.error.value_or(0) + *token.error;
  }
  for (SpanAttribution& span : spans) {
    if (span.special) continue;
    span.text = texts[span.segment].substr(static_cast<std::size_t>(span.start),
                                           static_cast<std::size_t>(span.end - span.start));
  }
  return spans;
}

// Number of the range that `position` lies in; the last one that starts before it otherwise.
Index range_of(std::span<const ByteRange> ranges, Index position) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), position,
                       [](Index byte, const ByteRange& range) { return byte < range.start; });
  return after - ranges.begin() - 1;
}

}  // namespace

Granularity parse_granularity(std::string_view name) {
  if (name == "token") return Granularity::token;
  if (name == "word") return Granularity::word;
  if (name == "sentence") return Granularity::sentence;
  throw UsageError("unknown granularity \"" + std::string(name) +
                   "\": use token, word or sentence");
}

std::vector<SpanAttribution> sum_over_words(std::span<const TokenAttribution> tokens,
                                            std::span<const std::string_view> texts) {
  return sum_over(tokens, texts, [](const TokenAttribution& first, const TokenAttribution& token) {
    return first.word == token.word;
  });
}

std::vector<SpanAttribution> sum_over_sentences(std::span<const TokenAttribution> tokens,
                                                std::span<const std::string_view> texts,
                                                std::span<const std::vector<ByteRange>> sentences) {
  if (sentences.size() != texts.size()) {
    throw UsageError("sentences of " + std::to_string(sentences.size()) + " texts for " +
                     std::to_string(texts.size()) + " texts");
  }
  return sum_over(tokens, texts, [&](const TokenAttribution& first, const TokenAttribution& token) {
    const std::span<const ByteRange> ranges = sentences[token.segment];
    return token.start == token.end ||
           range_of(ranges, first.start) == range_of(ranges, token.start);
  });
}

}  // namespace integrad
