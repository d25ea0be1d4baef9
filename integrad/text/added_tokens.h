// Tokens that are looked for in the text itself, before any model: "[SEP]" typed by a user, or
// words that a fine-tuning added. The semantics of Hugging Face's AddedVocabulary.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/normalizer.h"
#include "integrad/text/vocabulary.h"

namespace integrad {

struct AddedToken {
  std::string content;
  bool single_word = false;  // only where no word character touches it
  bool lstrip = false;       // swallows white space before it
  bool rstrip = false;       // and after it
  bool normalized = true;    // looked for in the normalized text, in its own normalized form
  bool special = false;
};

/// Characters [start, end) of a text: an added token, or (token < 0) what lies between two.
struct AddedTokenSegment {
  std::size_t start = 0;
  std::size_t end = 0;
  std::ptrdiff_t token = -1;
};

/// Filled once by `add` and `prepare`, then const and shareable.
class AddedTokens {
 public:
  /// Adds a token, or changes the flags of a known one. Its id is the vocabulary's, else the next
  /// free one: ids in the files are advisory. An empty content is ignored.
  void add(const AddedToken& token, const Vocabulary& vocabulary);
  /// Sorts the tokens for matching. `ignore_special` leaves special ones unmatched in texts.
  void prepare(const Normalizer& normalizer, bool ignore_special);

  /// Leftmost-longest matches that do not overlap, and what lies between them; together they cover
  /// the text. `normalized` says which of the two kinds of tokens to look for.
  std::vector<AddedTokenSegment> split(NormalizedSpan text, bool normalized) const;

  std::size_t size() const { return tokens_.size(); }
  const AddedToken& token(std::size_t number) const { return tokens_[number]; }
  std::int32_t id(std::size_t number) const { return ids_[number]; }
  std::optional<std::int32_t> id(std::string_view content) const;
  /// Content of the token with this id; none when no added token has it.
  std::optional<std::string_view> content(std::int32_t id) const;
  /// Whether a special token has this content.
  bool is_special(std::string_view content) const;
  /// Largest id + 1; 0 when there is none.
  std::int64_t id_end() const { return id_end_; }

 private:
  struct Pattern {
    std::u32string text;
    std::ptrdiff_t token = 0;
  };
  struct Match {
    std::size_t length = 0;
    std::ptrdiff_t token = -1;
  };
  /// The tokens of one kind, sorted by text, and the ASCII characters that some begin with.
  struct Patterns {
    std::vector<Pattern> sorted;
    std::array<bool, 0x80> begins{};

    bool may_begin_with(char32_t code) const { return code >= begins.size() || begins[code]; }
  };
  static Match longest_match(const std::vector<Pattern>& patterns, NormalizedSpan text);

  std::vector<AddedToken> tokens_;
  std::vector<std::int32_t> ids_;
  std::unordered_map<std::string, std::size_t> by_content_;
  std::unordered_map<std::int32_t, std::size_t> by_id_;
  std::int64_t id_end_ = 0;
  Patterns raw_, normalized_;
  bool ignore_special_ = false;
};

}  // namespace integrad
