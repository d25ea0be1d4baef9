#include "integrad/faithfulness/rationale.h"

#include <algorithm>

#include "integrad/base/error.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

std::vector<TextRange> words_of(std::string_view text) {
  constexpr std::string_view white = " \t\n\v\f\r";
  std::vector<TextRange> words;
  std::size_t start = text.find_first_not_of(white);
  while (start != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(white, start), text.size());
    words.push_back({static_cast<Index>(start), static_cast<Index>(end)});
    start = text.find_first_not_of(white, end);
  }
  return words;
}

/// Where every character starts, and the end.
std::vector<Index> starts_of_characters(std::string_view text) {
  std::vector<Index> starts;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).bytes) {
    starts.push_back(static_cast<Index>(at));
  }
  starts.push_back(static_cast<Index>(text.size()));
  return starts;
}

Rationale read(const CharacterRanges& ranges, std::string_view text) {
  const std::vector<Index> starts = starts_of_characters(text);
  const auto length = static_cast<Index>(starts.size()) - 1;
  Rationale rationale;
  for (const auto& [first, last] : ranges) {
    if (first < 0 || first >= last || last > length) {
      throw UsageError("rationale [" + std::to_string(first) + ", " + std::to_string(last) +
                       "] is no range of the text's " + std::to_string(length) + " characters");
    }
    rationale.push_back(
        {starts[static_cast<std::size_t>(first)], starts[static_cast<std::size_t>(last)]});
  }
  return rationale;
}

Rationale read(const WordMarks& marks, std::string_view text) {
  const std::vector<TextRange> words = words_of(text);
  if (marks.size() != words.size()) {
    throw UsageError("the rationale marks " + std::to_string(marks.size()) +
                     " words, the text has " + std::to_string(words.size()) +
                     " between white space");
  }
  Rationale rationale;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (marks[i] != 0 && marks[i] != 1) {
      throw UsageError("a rationale marks words with 0 and 1, found " + std::to_string(marks[i]));
    }
    if (marks[i] == 1) rationale.push_back(words[i]);
  }
  return rationale;
}

Rationale read(const Phrases& phrases, std::string_view text) {
  Rationale rationale;
  for (const std::string& phrase : phrases) {
    const std::size_t at = phrase.empty() ? std::string_view::npos : text.find(phrase);
    if (at == std::string_view::npos) {
      throw UsageError("the text does not have \"" + phrase + "\" of its rationale");
    }
    rationale.push_back({static_cast<Index>(at), static_cast<Index>(at + phrase.size())});
  }
  return rationale;
}

bool touches(const Rationale& rationale, Index start, Index end) {
  return std::any_of(rationale.begin(), rationale.end(), [&](const TextRange& range) {
    return range.start < end && start < range.end;
  });
}

}  // namespace

Rationale read_rationale(const WrittenRationale& written, std::string_view text) {
  return std::visit([&](const auto& form) { return read(form, text); }, written);
}

double marked_share(const Rationale& rationale, std::string_view text) {
  const std::vector<TextRange> words = words_of(text);
  if (words.empty()) return 0;
  const auto marked = std::count_if(words.begin(), words.end(), [&](const TextRange& word) {
    return touches(rationale, word.start, word.end);
  });
  return static_cast<double>(marked) / static_cast<double>(words.size());
}

double mean_marked_share(std::span<const Rationale> rationales, std::span<const TextInput> texts) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < rationales.size(); ++i) {
    if (rationales[i].empty()) continue;
    sum += marked_share(rationales[i], texts[i].text);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

std::vector<bool> marked_tokens(const Rationale& rationale,
                                std::span<const TokenAttribution> tokens) {
  std::vector<bool> marked;
  for (const TokenAttribution& token : tokens) {
    marked.push_back(!token.special && token.segment == 0 &&
                     touches(rationale, token.start, token.end));
  }
  return marked;
}

}  // namespace integrad
