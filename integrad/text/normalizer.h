// The normalizers that a tokenizer.json can name, applied one after the other.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "integrad/text/character_map.h"
#include "integrad/text/normalized_text.h"
#include "integrad/text/pattern.h"
#include "integrad/text/unicode_form.h"

namespace integrad {

/// Hugging Face's BertNormalizer: the four steps in this order.
struct BertNormalizer {
  bool clean_text = true;             // delete controls, make all white space ' '
  bool handle_chinese_chars = true;   // a space on both sides of every ideograph
  std::optional<bool> strip_accents;  // decompose and delete nonspacing marks; none: as `lowercase`
  bool lowercase = true;
};

struct LowercaseNormalizer {};
struct FormNormalizer {  // NFC, NFD, NFKC, NFKD
  UnicodeForm form = UnicodeForm::nfc;
};
struct StripAccentsNormalizer {};  // deletes combining marks; does not decompose first
struct StripNormalizer {           // white space at the ends
  bool left = true;
  bool right = true;
};
struct ReplaceNormalizer {
  Pattern pattern;
  std::u32string content;
};
struct PrependNormalizer {  // to a text that is not empty
  std::u32string prefix;
};
struct NmtNormalizer {};        // deletes control characters, makes others spaces
struct ByteLevelNormalizer {};  // every byte becomes a visible character (byte_level.h)

using NormalizerStep =
    std::variant<BertNormalizer, LowercaseNormalizer, FormNormalizer, StripAccentsNormalizer,
                 StripNormalizer, ReplaceNormalizer, PrependNormalizer, CharacterMap, NmtNormalizer,
                 ByteLevelNormalizer>;

/// The steps of a normalizer (a "Sequence" is flattened); none: the text stays as it is.
struct Normalizer {
  std::vector<NormalizerStep> steps;

  void apply(NormalizedText& text) const;
};

/// Replaces all matches. What is inserted shares the bytes of the last character that it replaces.
void replace_all(const Pattern& pattern, std::u32string_view content, NormalizedText& text);

/// U+4E00-9FFF and the other ideographs that BertNormalizer sets apart. U+2B820-2B91F are not among
/// them: a slip of the reference that every fast tokenizer shares.
bool is_set_apart_ideograph(char32_t code);

}  // namespace integrad
