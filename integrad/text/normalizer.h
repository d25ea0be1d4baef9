// The normalizers that a tokenizer.json can name, applied one after the other.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "integrad/text/normalized_text.h"

namespace integrad {

/// Hugging Face's BertNormalizer: the four steps in this order.
struct BertNormalizer {
  bool clean_text = true;             // delete controls, make all white space ' '
  bool handle_chinese_chars = true;   // a space on both sides of every ideograph
  std::optional<bool> strip_accents;  // decompose and delete nonspacing marks; none: as `lowercase`
  bool lowercase = true;
};

struct LowercaseNormalizer {};
struct NfdNormalizer {};
struct StripAccentsNormalizer {};  // deletes combining marks; does not decompose first

using NormalizerStep =
    std::variant<BertNormalizer, LowercaseNormalizer, NfdNormalizer, StripAccentsNormalizer>;

/// The steps of a normalizer (a "Sequence" is flattened); none: the text stays as it is.
struct Normalizer {
  std::vector<NormalizerStep> steps;

  void apply(NormalizedText& text) const;
};

/// U+4E00-9FFF and the other ideographs that BertNormalizer sets apart. U+2B820-2B91F are not among
/// them: a slip of the reference that every fast tokenizer shares.
bool is_set_apart_ideograph(char32_t code);

}  // namespace integrad
