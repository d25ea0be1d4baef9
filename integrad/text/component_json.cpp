#include "integrad/text/component_json.h"

#include <limits>

#include "integrad/base/error.h"
#include "integrad/text/normalized_text.h"

namespace integrad {

void unsupported_component(const JsonField& field, std::string_view type,
                           std::string_view supported) {
  throw UnsupportedModel(field.where() + ": the type '" + shown(type) +
                         "' is not supported; supported: " + std::string(supported));
}

Pattern read_pattern(const JsonField& field) {
  if (const auto text = field.find("String")) return Pattern(decode_all(text->as_string()));
  const JsonField expression = field.at("Regex");
  try {
    return Pattern(RegularExpression(decode_all(expression.as_string())));
  } catch (const TokenizerError& error) {
    expression.fail(error.what());
  }
}

SplitBehavior read_behavior(const JsonField& field) {
  const std::string& name = field.as_string();
  if (name == "Removed") return SplitBehavior::removed;
  if (name == "Isolated") return SplitBehavior::isolated;
  if (name == "MergedWithPrevious") return SplitBehavior::merged_with_previous;
  if (name == "MergedWithNext") return SplitBehavior::merged_with_next;
  if (name == "Contiguous") return SplitBehavior::contiguous;
  field.fail(
      "expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous, found \"" +
      shown(name) + "\"");
}

char32_t read_character(const JsonField& field) {
  const std::u32string codes = decode_all(field.as_string());
  if (codes.size() != 1) field.fail("expected one character");
  return codes[0];
}

std::size_t read_count(const JsonField& field) {
  return static_cast<std::size_t>(field.as_integer(0, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace integrad
