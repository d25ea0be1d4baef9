// The only file that includes Oniguruma.
#include "integrad/text/regular_expression.h"

#include <oniguruma.h>

#include <algorithm>
#include <array>
#include <bit>

#include "integrad/base/error.h"
#include "integrad/text/unicode.h"

namespace integrad {
namespace {

constexpr std::size_t longest_pattern = 10000;
constexpr unsigned deepest_nesting = 200;      // the parser is recursive
constexpr unsigned largest_stack = 1'000'000;  // entries of the matcher's stack on the heap
constexpr unsigned long few_steps = 4096;      // enough for nearly every search
constexpr unsigned long steps_per_text = 20'000'000;
constexpr unsigned long steps_per_character = 200;

OnigEncoding encoding() {
  return std::endian::native == std::endian::little ? ONIG_ENCODING_UTF32_LE
                                                    : ONIG_ENCODING_UTF32_BE;
}

const UChar* bytes(const char32_t* text) { return reinterpret_cast<const UChar*>(text); }

[[noreturn]] void fail(const std::string& what, int code, OnigErrorInfo* info) {
  std::array<UChar, ONIG_MAX_ERROR_MESSAGE_LEN> message{};
  const int length = info != nullptr ? onig_error_code_to_str(message.data(), code, info)
                                     : onig_error_code_to_str(message.data(), code);
  throw TokenizerError(
      what + ": " +
      std::string(reinterpret_cast<const char*>(message.data()), static_cast<std::size_t>(length)));
}

// Oniguruma keeps tables that must be made once, before two threads compile at the same time.
bool initialize() {
  OnigEncoding used = encoding();
  onig_initialize(&used, 1);
  onig_set_parse_depth_limit(deepest_nesting);
  return true;
}

struct FreeRegion {
  void operator()(OnigRegion* region) const { onig_region_free(region, 1); }
};
struct FreeMatchParam {
  void operator()(OnigMatchParam* parameters) const { onig_free_match_param(parameters); }
};

}  // namespace

struct RegularExpression::Compiled {
  Compiled() = default;
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() { onig_free(regex); }
  regex_t* regex = nullptr;
};

RegularExpression::RegularExpression(std::u32string pattern)
    : pattern_(std::move(pattern)), compiled_(std::make_unique<Compiled>()) {
  static const bool initialized = initialize();
  if (!initialized || pattern_.size() > longest_pattern) {
    throw TokenizerError("the regular expression has " + std::to_string(pattern_.size()) +
                         " characters, at most " + std::to_string(longest_pattern) +
                         " are accepted");
  }
  OnigErrorInfo info{};
  const char32_t* start = pattern_.data();
  const int code = onig_new(&compiled_->regex, bytes(start), bytes(start + pattern_.size()),
                            ONIG_OPTION_NONE, encoding(), ONIG_SYNTAX_RUBY, &info);
  if (code != ONIG_NORMAL) fail("the regular expression cannot be used", code, &info);
}

RegularExpression::RegularExpression(const RegularExpression& other)
    : RegularExpression(other.pattern_) {}
RegularExpression::RegularExpression(RegularExpression&&) noexcept = default;
RegularExpression& RegularExpression::operator=(const RegularExpression& other) {
  return *this = RegularExpression(other);
}
RegularExpression& RegularExpression::operator=(RegularExpression&&) noexcept = default;
RegularExpression::~RegularExpression() = default;

std::vector<CharacterRange> RegularExpression::find_all(std::u32string_view text) const {
  // Oniguruma 6.9.8 knows Unicode 14, the reference's knows 16.
  std::u32string subject(text);
  for (char32_t& code : subject) code = known_to_unicode14(code);
  std::vector<CharacterRange> matches;
  const std::unique_ptr<OnigRegion, FreeRegion> region(onig_region_new());
  const std::unique_ptr<OnigMatchParam, FreeMatchParam> limits(onig_new_match_param());
  onig_initialize_match_param(limits.get());
  onig_set_match_stack_limit_size_of_match_param(limits.get(), largest_stack);
  unsigned long budget = steps_per_text + steps_per_character * subject.size();
  const UChar* const end = bytes(subject.data() + subject.size());

  // Few steps at first, then more and more, as long as the text's budget lasts: the reference has
  // no such limit, but only a pattern that is made to be slow meets it.
  const auto search = [&](std::size_t from) {
    for (unsigned long steps = few_steps;; steps *= 8) {
      onig_set_retry_limit_in_match_of_match_param(limits.get(), steps);
      onig_set_retry_limit_in_search_of_match_param(limits.get(), steps);
      const UChar* const start = bytes(subject.data() + from);
      onig_region_clear(region.get());
      const int code = onig_search_with_param(compiled_->regex, bytes(subject.data()), end, start,
                                              end, region.get(), ONIG_OPTION_NONE, limits.get());
      const bool gave_up =
          code == ONIGERR_RETRY_LIMIT_IN_MATCH_OVER || code == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER;
      if (!gave_up || steps > budget) return code;
      budget -= steps;
    }
  };
  std::size_t from = 0;
  while (from <= subject.size()) {
    const int code = search(from);
    if (code == ONIG_MISMATCH) break;
    if (code < 0) fail("a regular expression of the tokenizer cannot be matched", code, nullptr);
    CharacterRange match{static_cast<std::size_t>(region->beg[0]) / sizeof(char32_t),
                         static_cast<std::size_t>(region->end[0]) / sizeof(char32_t)};
    match.end = std::max(match.end, from);
    match.start = std::clamp(match.start, from, match.end);  // \K can move it anywhere
    if (match.start == match.end && !matches.empty() && matches.back().end == match.end) {
      ++from;
      continue;
    }
    matches.push_back(match);
    from = match.end;
  }
  return matches;
}

}  // namespace integrad
