#include "integrad/attribution/prepared_text.h"

#include <algorithm>

#include "integrad/attribution/windows.h"
#include "integrad/base/error.h"
#include "integrad/models/positions.h"

namespace integrad {
namespace {

TokenAttribution token_of(const Encoding& encoding, std::size_t i) {
  TokenAttribution token;
  token.token = encoding.tokens[i];
  token.id = encoding.ids[i];
  token.start = encoding.offsets[i].start;
  token.end = encoding.offsets[i].end;
  if (encoding.words[i] >= 0) token.word = encoding.words[i];
  token.segment = encoding.segments[i];
  token.special = encoding.special[i] != 0;
  return token;
}

/// Adds the positions of the last `count` ids, which are a sequence of their own.
void add_positions(const ModelConfig& config, std::size_t count, TokenBatch& batch) {
  const auto ids = std::span<const std::int32_t>(batch.ids).last(count);
  const std::vector<std::int32_t> positions = position_ids(config, ids);
  batch.positions.insert(batch.positions.end(), positions.begin(), positions.end());
}

/// One sequence a window, each with positions of its own; tokens that no window reads are left out.
PreparedText from_windows(const Encoding& encoding, std::span<const Window> windows,
                          const ModelConfig& config) {
  PreparedText text;
  text.truncated_tokens = encoding.truncated_tokens;
  std::vector<Index> number(encoding.ids.size(), -1);  // of each token among those that are read
  for (const Window& window : windows) {
    for (const Index token : window.tokens) number[static_cast<std::size_t>(token)] = 0;
  }
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] < 0) {
      ++text.truncated_tokens;
      continue;
    }
    number[i] = static_cast<Index>(text.tokens.size());
    text.tokens.push_back(token_of(encoding, i));
  }
  TokenBatch& batch = text.path.input;
  for (const Window& window : windows) {
    for (const Index token : window.tokens) {
      const auto i = static_cast<std::size_t>(token);
      batch.ids.push_back(encoding.ids[i]);
      batch.type_ids.push_back(encoding.type_ids[i]);
      text.rows.push_back(number[i]);
    }
    batch.sequences.append(static_cast<Index>(window.tokens.size()));
    add_positions(config, window.tokens.size(), batch);
    if (windows.size() == 1) continue;
    // Its part of the text is read in full, so that its tokens keep following each other.
    const Index first = number[static_cast<std::size_t>(window.first_token)];
    text.windows.push_back({first, first + window.last_token - window.first_token, {}, {}});
  }
  return text;
}

/// One window of all tokens.
Window whole(const Encoding& encoding) {
  Window window;
  for (Index i = 0; i < encoding.size(); ++i) window.tokens.push_back(i);
  return window;
}

void check_lengths(const TokenInput& input) {
  const auto fits = [&](const std::vector<std::int32_t>& list) {
    return list.empty() || list.size() == input.ids.size();
  };
  if (fits(input.attention_mask) && fits(input.type_ids) && fits(input.baseline_ids)) return;
  throw UsageError(
      "token input: attention_mask, type_ids and baseline_ids must be empty or have one "
      "entry a token; found " +
      std::to_string(input.ids.size()) + " ids, " + std::to_string(input.attention_mask.size()) +
      " mask entries, " + std::to_string(input.type_ids.size()) + " type ids, " +
      std::to_string(input.baseline_ids.size()) + " baseline ids");
}

void check_target(const TokenInput& input, Index classes) {
  if (!input.target || (*input.target >= 0 && *input.target < classes)) return;
  throw UsageError("token input: target " + std::to_string(*input.target) +
                   " is not a class; expected 0 to " + std::to_string(classes - 1));
}

}  // namespace

PreparedText prepare(const TextInput& input, const TextClassifier& classifier,
                     const ExplainOptions& options) {
  const bool in_windows = options.long_texts == LongTexts::windows;
  const Index longest = classifier.longest();
  EncodeOptions encode;
  encode.max_length = options.max_length;
  if (!in_windows) encode.max_length = std::min(options.max_length.value_or(longest), longest);
  const Tokenizer& tokenizer = classifier.tokenizer();
  TextInput shown = input;
  if (options.replace_invalid) {
    shown.text = repair_utf8(shown.text);
    if (shown.text_pair) shown.text_pair = repair_utf8(*shown.text_pair);
  }
  const Encoding encoding = shown.text_pair
                                ? tokenizer.encode_pair(shown.text, *shown.text_pair, encode)
                                : tokenizer.encode(shown.text, encode);
  std::vector<Window> windows;
  if (in_windows) {
    windows = split_into_windows(encoding, {options.window.value_or(longest), options.stride});
  } else {
    windows.push_back(whole(encoding));
  }
  PreparedText text = from_windows(encoding, windows, classifier.config());
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
    text.rows.push_back(static_cast<Index>(i));
    if (!input.baseline_ids.empty()) text.baseline_ids.push_back(input.baseline_ids[i]);
  }
  if (text.rows.empty() || text.rows[0] != 0) {
    throw UsageError("token input: the first token must not be masked, the classifier reads it");
  }
  const ModelConfig& config = classifier.config();
  const bool gap = text.rows.back() + 1 != static_cast<Index>(text.rows.size());
  if (gap && (config.distances || config.family->mixes_neighbours)) {
    throw UsageError("token input: a token between others is masked, but " +
                     std::string(config.family->model_type) + " looks at the distances of tokens");
  }
  const std::vector<std::int32_t> positions = position_ids(config, input.ids);
  for (const Index row : text.rows) {
    batch.positions.push_back(positions[static_cast<std::size_t>(row)]);
  }
  batch.sequences.append(static_cast<Index>(batch.ids.size()));
  check_target(input, classifier.config().classes());
  text.target = input.target;
  return text;
}

namespace {

/// Positions by the baseline's own ids; masked tokens count with the ids that they have.
void place_baseline(PreparedText& text, const ModelConfig& config) {
  TokenBatch& batch = text.path.baseline;
  batch.positions.clear();
  if (!text.windows.empty()) {  // nothing is masked
    const std::span<const std::int32_t> ids(batch.ids);
    for (Index s = 0; s < batch.sequences.count(); ++s) {
      const auto positions =
          position_ids(config, ids.subspan(static_cast<std::size_t>(batch.sequences.start(s)),
                                           static_cast<std::size_t>(batch.sequences.length(s))));
      batch.positions.insert(batch.positions.end(), positions.begin(), positions.end());
    }
    return;
  }
  std::vector<std::int32_t> ids;
  for (const TokenAttribution& token : text.tokens) ids.push_back(token.id);
  for (std::size_t r = 0; r < text.rows.size(); ++r) {
    ids[static_cast<std::size_t>(text.rows[r])] = batch.ids[r];
  }
  const std::vector<std::int32_t> positions = position_ids(config, ids);
  for (const Index row : text.rows) {
    batch.positions.push_back(positions[static_cast<std::size_t>(row)]);
  }
}

}  // namespace

void add_baseline(PreparedText& text, const Baseline& baseline, BaselinePositions positions,
                  Cut cut, const TextClassifier& classifier) {
  const Tokenizer& tokenizer = classifier.tokenizer();
  text.path.baseline = text.path.input;
  if (!text.baseline_ids.empty()) {
    text.path.baseline.ids = text.baseline_ids;
  } else if (text.windows.empty()) {
    text.path.baseline.ids = baseline.ids(text.path.input.ids, tokenizer);
  } else {  // a token has one baseline, whatever window reads it
    std::vector<std::int32_t> ids;
    for (const TokenAttribution& token : text.tokens) ids.push_back(token.id);
    ids = baseline.ids(ids, tokenizer);
    for (std::size_t r = 0; r < text.rows.size(); ++r) {
      text.path.baseline.ids[r] = ids[static_cast<std::size_t>(text.rows[r])];
    }
  }
  if (positions == BaselinePositions::ids) place_baseline(text, classifier.config());
  if (!baseline.zero() || !text.baseline_ids.empty()) return;
  for (const std::int32_t id : text.path.input.ids) {
    const bool kept = cut <= Cut::embeddings && is_special(id, tokenizer.special_tokens());
    text.path.zeros.push_back(kept ? 0 : 1);
  }
}

}  // namespace integrad
