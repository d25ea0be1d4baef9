// Where a text can be cut: sentences and grapheme clusters.
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <memory>
#include <string>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/unicode.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

void check(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) {
    throw TokenizerError(std::string("ICU cannot split the text into ") + what + ": " +
                         u_errorName(status));
  }
}

bool joins_nothing(char32_t code) { return code < 0x80; }

// Boundaries of text[from, to), asked of ICU.
void append_ends(std::u32string_view text, std::size_t from, std::size_t to,
                 icu::BreakIterator& breaks, std::vector<std::size_t>& ends) {
  icu::UnicodeString utf16;
  for (std::size_t k = from; k < to; ++k) utf16.append(static_cast<UChar32>(text[k]));
  breaks.setText(utf16);
  breaks.first();
  int32_t unit = 0;
  std::size_t character = from;
  for (int32_t end = breaks.next(); end != icu::BreakIterator::DONE; end = breaks.next()) {
    for (; unit < end; ++character) unit += U16_LENGTH(static_cast<UChar32>(text[character]));
    ends.push_back(character);
  }
}

}  // namespace

std::vector<ByteRange> split_sentences(std::string_view text) {
  if (const auto position = find_invalid_utf8(text)) {
    throw TokenizerError("the text is not UTF-8: invalid byte at position " +
                         std::to_string(*position));
  }
  if (text.empty()) return {};
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
  UText utf8 = UTEXT_INITIALIZER;
  utext_openUTF8(&utf8, text.data(), static_cast<int64_t>(text.size()), &status);
  std::vector<ByteRange> sentences;
  if (U_SUCCESS(status)) {
    breaks->setText(&utf8, status);
    int32_t start = breaks->first();
    for (int32_t end = breaks->next(); end != icu::BreakIterator::DONE; end = breaks->next()) {
      sentences.push_back({start, end});
      start = end;
    }
  }
  utext_close(&utf8);
  check(status, "sentences");
  return sentences;
}

// Two ASCII characters never share a cluster, except "\r\n"; ICU sees only what lies between.
std::vector<std::size_t> grapheme_ends(std::u32string_view text) {
  std::vector<std::size_t> ends;
  ends.reserve(text.size());
  std::unique_ptr<icu::BreakIterator> breaks;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t to = from + 1;
    bool ascii = joins_nothing(text[from]);
    while (to < text.size() && !(joins_nothing(text[to - 1]) && joins_nothing(text[to]))) {
      ascii = ascii && joins_nothing(text[to]);
      ++to;
    }
    if (ascii) {
      const bool line_end = text[from] == '\r' && to < text.size() && text[to] == '\n';
      // A '\n' that a non-ASCII character follows still closes its cluster.
      if (line_end) {
        ends.push_back(to + 1);
        from = to + 1;
        continue;
      }
      ends.push_back(to);
    } else {
      if (!breaks) {
        UErrorCode status = U_ZERO_ERROR;
        breaks.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
        check(status, "grapheme clusters");
      }
      const bool line_end = text[to - 1] == '\r' && to < text.size() && text[to] == '\n';
      append_ends(text, from, to, *breaks, ends);
      if (line_end) {
        ends.back() = to + 1;
        ++to;
      }
    }
    from = to;
  }
  return ends;
}

}  // namespace integrad
