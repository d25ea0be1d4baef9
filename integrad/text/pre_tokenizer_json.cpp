// Reads the pre-tokenizers of a tokenizer.json.
#include "integrad/text/component_json.h"

namespace integrad {
namespace {

MetaspacePreTokenizer read_metaspace(const JsonField& field) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  MetaspacePreTokenizer metaspace;
  metaspace.replacement = read_character(field.at("replacement"));
  metaspace.split = field.bool_or("split", true);
  // Files of before 2024 say add_prefix_space instead.
  const bool never = !field.bool_or("add_prefix_space", true);
  metaspace.prepend = never ? Prepend::never : Prepend::always;
  if (const auto scheme = field.find("prepend_scheme")) {
    const std::string& name = scheme->as_string();
    if (name != "always" && name != "first" && name != "never") {
      scheme->fail("expected always, first or never, found \"" + shown(name) + "\"");
    }
    if (never && name != "never") scheme->fail("contradicts add_prefix_space = false");
    metaspace.prepend = name == "always"  ? Prepend::always
                        : name == "first" ? Prepend::first
                                          : Prepend::never;
  }
  return metaspace;
}

FixedLengthPreTokenizer read_fixed_length(const JsonField& field) {
  FixedLengthPreTokenizer fixed;
  if (const auto length = field.find("length")) {
    fixed.length = static_cast<std::size_t>(length->as_integer(1, 1'000'000'000));
  }
  return fixed;
}

void append(const JsonField& field, std::vector<PreTokenizerStep>& steps) {
  const std::string& type = field.at("type").as_string();
  if (type == "Sequence") {
    for (const JsonField& step : field.at("pretokenizers").elements()) append(step, steps);
  } else if (type == "BertPreTokenizer") {
    steps.emplace_back(BertPreTokenizer{});
  } else if (type == "Whitespace") {
    steps.emplace_back(WhitespacePreTokenizer{});
  } else if (type == "WhitespaceSplit") {
    steps.emplace_back(WhitespaceSplitPreTokenizer{});
  } else if (type == "Punctuation") {
    const auto behavior = field.find("behavior");
    steps.emplace_back(
        PunctuationPreTokenizer{behavior ? read_behavior(*behavior) : SplitBehavior::isolated});
  } else if (type == "Digits") {
    steps.emplace_back(DigitsPreTokenizer{field.bool_or("individual_digits", false)});
  } else if (type == "CharDelimiterSplit") {
    steps.emplace_back(DelimiterPreTokenizer{read_character(field.at("delimiter"))});
  } else if (type == "FixedLength") {
    steps.emplace_back(read_fixed_length(field));
  } else if (type == "Split") {
    steps.emplace_back(SplitPreTokenizer{read_pattern(field.at("pattern")),
                                         read_behavior(field.at("behavior")),
                                         field.bool_or("invert", false)});
  } else if (type == "ByteLevel") {
    steps.emplace_back(ByteLevelPreTokenizer{field.bool_or("add_prefix_space", true),
                                             field.bool_or("use_regex", true)});
  } else if (type == "Metaspace") {
    steps.emplace_back(read_metaspace(field));
  } else {
    unsupported_component(
        field, type,
        "BertPreTokenizer, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, "
        "Punctuation, Digits, Split, CharDelimiterSplit, FixedLength and Sequence");
  }
}

}  // namespace

PreTokenizer read_pre_tokenizer(const JsonField& field) {
  PreTokenizer pre_tokenizer;
  append(field, pre_tokenizer.steps);
  return pre_tokenizer;
}

}  // namespace integrad
