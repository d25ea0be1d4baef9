// What people marked as the reasons for a label, however the data writes it down.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "integrad/attribution/explainer.h"

namespace integrad {

/// Bytes [start, end) of a text.
struct TextRange {
  Index start = 0, end = 0;
  bool operator==(const TextRange&) const = default;
};

/// In any order, may overlap. Empty: nobody marked anything in the text.
using Rationale = std::vector<TextRange>;

/// Characters [first, second) of a text, counted in code points.
using CharacterRanges = std::vector<std::pair<Index, Index>>;
/// One a word between white space, 1: marked.
using WordMarks = std::vector<int>;
/// Marked where they first stand.
using Phrases = std::vector<std::string>;
using WrittenRationale = std::variant<CharacterRanges, WordMarks, Phrases>;

/// Throws UsageError for ranges outside the text, marks that are not 0 or 1 or not as many as the
/// text has words, and phrases that the text does not have.
Rationale read_rationale(const WrittenRationale& written, std::string_view text);

/// Share of the words between white space that a rationale touches; 0 of a text without words.
double marked_share(const Rationale& rationale, std::string_view text);

/// The mean of it over the texts that have a rationale; 0 where none has. One rationale a text.
double mean_marked_share(std::span<const Rationale> rationales, std::span<const TextInput> texts);

/// One a token: whether the rationale touches it. Special tokens and those of a text_pair are not
/// marked.
std::vector<bool> marked_tokens(const Rationale& rationale,
                                std::span<const TokenAttribution> tokens);

}  // namespace integrad
