#include "integrad/attribution/prepared_text.h"

#include <algorithm>

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// One sequence of all tokens of an encoding, at positions 0, 1, 2, …
PreparedText from_encoding(const Encoding& encoding) {
  PreparedText text;
  text.truncated_tokens = encoding.truncated_tokens;
  TokenBatch& batch = text.path.input;
  batch.ids = encoding.ids;
  batch.type_ids = encoding.type_ids;
  batch.sequences.append(encoding.size());
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    batch.positions.push_back(static_cast<std::int32_t>(i));
    text.rows.push_back(static_cast<Index>(i));
    TokenAttribution& token = text.tokens.emplace_back();
    token.token = encoding.tokens[i];
    token.id = encoding.ids[i];
    token.start = encoding.offsets[i].start;
    token.end = encoding.offsets[i].end;
    if (encoding.words[i] >= 0) token.word = encoding.words[i];
    token.segment = encoding.segments[i];
    token.special = encoding.special[i] != 0;
  }
  return text;
}

void check_lengths(const TokenInput& input) {
  const auto fits = [&](const std::vector<std::int32_t>& list) {
    return list.empty() || list.size() == input.ids.size();
  };
  if (fits(input.attention_mask) && fits(input.type_ids)) return;
  throw UsageError(
      "token input: attention_mask and type_ids must be empty or have one entry a "
      "token; found " +
      std::to_string(input.ids.size()) + " ids, " + std::to_string(input.attention_mask.size()) +
      " mask entries, " + std::to_string(input.type_ids.size()) + " type ids");
}

}  // namespace

PreparedText prepare(const TextInput& input, const TextClassifier& classifier,
                     const ExplainOptions& options) {
  EncodeOptions encode;
  encode.max_length =
      std::min(options.max_length.value_or(classifier.longest()), classifier.longest());
  const Tokenizer& tokenizer = classifier.tokenizer();
  TextInput shown = input;
  if (options.replace_invalid) {
    shown.text = repair_utf8(shown.text);
    if (shown.text_pair) shown.text_pair = repair_utf8(*shown.text_pair);
  }
  PreparedText text =
      from_encoding(shown.text_pair ? tokenizer.encode_pair(shown.text, *shown.text_pair, encode)
                                    : tokenizer.encode(shown.text, encode));
  text.input = std::move(shown);
  return text;
}

PreparedText prepare(const TokenInput& input, const TextClassifier& classifier) {
  check_lengths(input);
  const SpecialTokens& special = classifier.tokenizer().special_tokens();
  PreparedText text;
  TokenBatch& batch = text.path.input;
  Index word = -1;
  for (std::size_t i = 0; i < input.ids.size(); ++i) {
    TokenAttribution& token = text.tokens.emplace_back();
    token.id = input.ids[i];
    token.token = classifier.tokenizer().token(token.id);
    token.special = is_special(token.id, special) && token.id != special.unk;
    const bool masked = !input.attention_mask.empty() && input.attention_mask[i] == 0;
    if (!token.special && !masked) {
      if (!token.token.starts_with("##")) ++word;
      token.word = std::max<Index>(word, 0);
    }
    token.special = token.special || masked;
    if (masked) continue;
    batch.ids.push_back(token.id);
    batch.type_ids.push_back(input.type_ids.empty() ? 0 : input.type_ids[i]);
    batch.positions.push_back(static_cast<std::int32_t>(i));
    text.rows.push_back(static_cast<Index>(i));
  }
  if (batch.ids.empty() || batch.positions[0] != 0) {
    throw UsageError("token input: the first token must not be masked, the classifier reads it");
  }
  batch.sequences.append(static_cast<Index>(batch.ids.size()));
  return text;
}

void add_baseline(PreparedText& text, const Baseline& baseline, Cut cut,
                  const Tokenizer& tokenizer) {
  text.path.baseline = text.path.input;
  text.path.baseline.ids = baseline.ids(text.path.input.ids, tokenizer);
  if (!baseline.zero()) return;
  for (const std::int32_t id : text.path.input.ids) {
    const bool kept = cut <= Cut::embeddings && is_special(id, tokenizer.special_tokens());
    text.path.zeros.push_back(kept ? 0 : 1);
  }
}

}  // namespace integrad
