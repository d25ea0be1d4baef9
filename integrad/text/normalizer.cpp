#include "integrad/text/normalizer.h"

#include <algorithm>

#include "integrad/text/byte_level.h"
#include "integrad/text/unicode.h"

namespace integrad {
namespace {

void clean(NormalizedText& text) {
  std::erase_if(text, [](const NormalizedCharacter& character) {
    const char32_t code = character.code;
    if (code == '\t' || code == '\n' || code == '\r') return false;
    return code == 0xFFFD || is_control_or_format(code);  // U+0000 is a control
  });
  for (NormalizedCharacter& character : text) {
    if (is_white_space(character.code)) character.code = ' ';
  }
}

void set_ideographs_apart(NormalizedText& text) {
  const auto ideographs = std::ranges::count_if(
      text, [](const NormalizedCharacter& c) { return is_set_apart_ideograph(c.code); });
  if (ideographs == 0) return;
  NormalizedText result;
  result.reserve(text.size() + 2 * static_cast<std::size_t>(ideographs));
  for (const NormalizedCharacter& character : text) {
    const bool ideograph = is_set_apart_ideograph(character.code);
    NormalizedCharacter space = character;  // shares the ideograph's bytes
    space.code = ' ';
    if (ideograph) result.push_back(space);
    result.push_back(character);
    if (ideograph) result.push_back(space);
  }
  text = std::move(result);
}

void strip(bool left, bool right, NormalizedText& text) {
  const auto kept = [](const NormalizedCharacter& c) { return !is_white_space(c.code); };
  if (right) {
    text.erase(std::find_if(text.rbegin(), text.rend(), kept).base(), text.end());
  }
  if (left) text.erase(text.begin(), std::ranges::find_if(text, kept));
}

// What Google's neural machine translation cleaned its data of.
bool is_dropped_by_nmt(char32_t code) {
  return (code >= 1 && code <= 8) || code == 0xB || (code >= 0xE && code <= 0x1F) || code == 0x7F ||
         code == 0x8F || code == 0x9F;
}

bool is_space_to_nmt(char32_t code) {
  return code == 9 || code == 0xA || code == 0xC || code == 0xD || code == 0x1680 ||
         (code >= 0x200B && code <= 0x200F) || code == 0x2028 || code == 0x2029 || code == 0x2581 ||
         code == 0xFEFF || code == 0xFFFD;
}

struct Apply {
  NormalizedText& text;

  void operator()(const BertNormalizer& options) const {
    if (options.clean_text) clean(text);
    if (options.handle_chinese_chars) set_ideographs_apart(text);
    if (options.strip_accents.value_or(options.lowercase)) {
      to_form(UnicodeForm::nfd, text);
      std::erase_if(text, [](const auto& c) { return is_nonspacing_mark(c.code); });
    }
    if (options.lowercase) make_lowercase(text);
  }
  void operator()(LowercaseNormalizer) const { make_lowercase(text); }
  void operator()(FormNormalizer options) const { to_form(options.form, text); }
  void operator()(StripAccentsNormalizer) const {
    std::erase_if(text, [](const auto& c) { return is_combining_mark(c.code); });
  }
  void operator()(StripNormalizer options) const { strip(options.left, options.right, text); }
  void operator()(const ReplaceNormalizer& options) const {
    replace_all(options.pattern, options.content, text);
  }
  void operator()(const PrependNormalizer& options) const { prepend(options.prefix, text); }
  void operator()(const CharacterMap& map) const { map.apply(text); }
  void operator()(NmtNormalizer) const {
    std::erase_if(text, [](const auto& c) { return is_dropped_by_nmt(c.code); });
    for (NormalizedCharacter& character : text) {
      if (is_space_to_nmt(character.code)) character.code = ' ';
    }
  }
  void operator()(ByteLevelNormalizer) const { to_byte_characters(text); }
};

}  // namespace

void Normalizer::apply(NormalizedText& text) const {
  for (const NormalizerStep& step : steps) std::visit(Apply{text}, step);
}

void replace_all(const Pattern& pattern, std::u32string_view content, NormalizedText& text) {
  if (text.empty()) return;
  const std::vector<CharacterRange> matches = pattern.find_all(codes_of(text));
  if (matches.empty()) return;
  NormalizedText result;
  result.reserve(text.size());
  const auto at = [&text](std::size_t position) {
    return text.begin() + static_cast<std::ptrdiff_t>(position);
  };
  std::size_t covered = 0;
  for (const CharacterRange& match : matches) {
    result.insert(result.end(), at(covered), at(match.start));
    NormalizedCharacter inserted;
    if (match.end > 0) inserted = text[match.end - 1];
    for (const char32_t code : content) {
      inserted.code = code;
      result.push_back(inserted);
    }
    covered = match.end;
  }
  result.insert(result.end(), at(covered), text.end());
  text = std::move(result);
}

bool is_set_apart_ideograph(char32_t code) {
  if (code < 0x3400) return false;
  return (code >= 0x4E00 && code <= 0x9FFF) || code <= 0x4DBF ||
         (code >= 0x20000 && code <= 0x2A6DF) || (code >= 0x2A700 && code <= 0x2B73F) ||
         (code >= 0x2B740 && code <= 0x2B81F) || (code >= 0x2B920 && code <= 0x2CEAF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x2F800 && code <= 0x2FA1F);
}

}  // namespace integrad
