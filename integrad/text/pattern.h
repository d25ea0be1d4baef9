// What a Replace or Split looks for: a string, or a regular expression.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "integrad/text/regular_expression.h"

namespace integrad {

/// Const and shareable.
class Pattern {
 public:
  /// `text` itself, everything in it literal.
  explicit Pattern(std::u32string text) : pattern_(std::move(text)) {}
  explicit Pattern(RegularExpression expression) : pattern_(std::move(expression)) {}

  /// Matches from left to right, without overlap. The empty string matches everywhere.
  std::vector<CharacterRange> find_all(std::u32string_view text) const;

 private:
  std::variant<std::u32string, RegularExpression> pattern_;
};

}  // namespace integrad
