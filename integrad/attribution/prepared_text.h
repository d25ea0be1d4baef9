// A text on its way to the network: tokens, baseline, and what the explanation will show. Internal.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "integrad/attribution/baseline.h"
#include "integrad/attribution/engine.h"
#include "integrad/attribution/explainer.h"

namespace integrad {

struct PreparedText {
  TextInput input;
  std::vector<TokenAttribution> tokens;  // attributions still 0; masked tokens included
  std::vector<Index> rows;  // token of each row of the path; of windows, several rows of a token
  TokenPath path;
  Index truncated_tokens = 0;
  std::vector<TextWindow> windows;  // the path's sequences if they are several; without logits
  std::vector<std::int32_t> baseline_ids;  // of the rows, where the caller gave them
  std::optional<Index> target;             // that the caller gave
};

/// Tokenises, in windows if the options say so and the text is long; throws what Tokenizer::encode
/// and split_into_windows throw.
PreparedText prepare(const TextInput& input, const TextClassifier& classifier,
                     const ExplainOptions& options);
/// Drops masked tokens. Throws UsageError when lengths differ, no token is left, the first token
/// is masked (the classifier reads it), an id is unknown, or the target is no class; also when a
/// token between others is masked and the family's attention looks at distances.
PreparedText prepare(const TokenInput& input, const TextClassifier& classifier);

/// Adds the baseline's tokens; at `Cut`s behind a block a zero baseline is zero in every row.
void add_baseline(PreparedText& text, const Baseline& baseline, BaselinePositions positions,
                  Cut cut, const TextClassifier& classifier);

}  // namespace integrad
