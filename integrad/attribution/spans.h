// Sums of token attributions over words and sentences of the user's text.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/text/encoding.h"

namespace integrad {

/// What attributions are shown for.
enum class Granularity { token, word, sentence };

/// The enumerator of "token", "word" or "sentence"; UsageError otherwise.
Granularity parse_granularity(std::string_view name);

/// Sums over words: consecutive tokens with the same word number, segment and speciality.
/// `texts` holds the text and, for a pair, the second text.
std::vector<SpanAttribution> sum_over_words(std::span<const TokenAttribution> tokens,
                                            std::span<const std::string_view> texts);

/// Sums over sentences: a token belongs to the sentence that its first byte lies in.
/// `sentences` holds, for each text, ranges that cover it (text/tokenizer.h: split_sentences).
std::vector<SpanAttribution> sum_over_sentences(std::span<const TokenAttribution> tokens,
                                                std::span<const std::string_view> texts,
                                                std::span<const std::vector<ByteRange>> sentences);

}  // namespace integrad
