#include "integrad/text/pattern.h"

namespace integrad {
namespace {

std::vector<CharacterRange> find_literal(std::u32string_view pattern, std::u32string_view text) {
  std::vector<CharacterRange> matches;
  const std::size_t step = pattern.empty() ? 1 : pattern.size();
  for (std::size_t at = text.find(pattern); at != std::u32string_view::npos;
       at = text.find(pattern, at + step)) {
    matches.push_back({at, at + pattern.size()});
  }
  return matches;
}

}  // namespace

std::vector<CharacterRange> Pattern::find_all(std::u32string_view text) const {
  if (const auto* literal = std::get_if<std::u32string>(&pattern_)) {
    return find_literal(*literal, text);
  }
  return std::get<RegularExpression>(pattern_).find_all(text);
}

}  // namespace integrad
