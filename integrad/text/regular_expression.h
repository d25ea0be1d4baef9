// Regular expressions as Hugging Face's tokenizers have them: Oniguruma's Ruby syntax, on
// characters. Patterns and texts may be hostile: both compiling and searching have limits.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integrad {

/// Characters [start, end) of a text.
struct CharacterRange {
  std::size_t start = 0;
  std::size_t end = 0;
  bool operator==(const CharacterRange&) const = default;
};

/// Const and shareable.
class RegularExpression {
 public:
  /// Throws TokenizerError with Oniguruma's reason when the pattern is malformed, longer than
  /// 10,000 characters or nested deeper than 200 levels.
  explicit RegularExpression(std::u32string pattern);
  RegularExpression(const RegularExpression&);
  RegularExpression(RegularExpression&&) noexcept;
  RegularExpression& operator=(const RegularExpression&);
  RegularExpression& operator=(RegularExpression&&) noexcept;
  ~RegularExpression();

  /// All matches from left to right, without overlap; an empty one only where the match before it
  /// does not end. Throws TokenizerError when backtracking takes too many steps.
  std::vector<CharacterRange> find_all(std::u32string_view text) const;

 private:
  struct Compiled;
  std::u32string pattern_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace integrad
