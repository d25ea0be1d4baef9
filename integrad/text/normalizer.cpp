#include "integrad/text/normalizer.h"

#include <algorithm>

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

struct Apply {
  NormalizedText& text;

  void operator()(const BertNormalizer& options) const {
    if (options.clean_text) clean(text);
    if (options.handle_chinese_chars) set_ideographs_apart(text);
    if (options.strip_accents.value_or(options.lowercase)) {
      decompose(text);
      std::erase_if(text, [](const auto& c) { return is_nonspacing_mark(c.code); });
    }
    if (options.lowercase) make_lowercase(text);
  }
  void operator()(LowercaseNormalizer) const { make_lowercase(text); }
  void operator()(NfdNormalizer) const { decompose(text); }
  void operator()(StripAccentsNormalizer) const {
    std::erase_if(text, [](const auto& c) { return is_combining_mark(c.code); });
  }
};

}  // namespace

void Normalizer::apply(NormalizedText& text) const {
  for (const NormalizerStep& step : steps) std::visit(Apply{text}, step);
}

bool is_set_apart_ideograph(char32_t code) {
  if (code < 0x3400) return false;
  return (code >= 0x4E00 && code <= 0x9FFF) || code <= 0x4DBF ||
         (code >= 0x20000 && code <= 0x2A6DF) || (code >= 0x2A700 && code <= 0x2B73F) ||
         (code >= 0x2B740 && code <= 0x2B81F) || (code >= 0x2B920 && code <= 0x2CEAF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x2F800 && code <= 0x2FA1F);
}

}  // namespace integrad
