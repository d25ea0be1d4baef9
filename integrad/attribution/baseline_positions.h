// Positions of a baseline's tokens in families that count them by ids (RoBERTa, MPNet).
#pragma once

#include <string_view>

namespace integrad {

/// There a token's position depends on how many tokens before it are not padding, and padding has a
/// position of its own, so that a baseline of [PAD] stands elsewhere than the text. Other families:
/// both are the same.
enum class BaselinePositions {
  /// As the reference implementation does when it runs the embeddings on the baseline's ids: all
  /// [PAD] share one position, and what follows them moves to the front. The last special token
  /// then has an attribution, although its id is kept.
  ids,
  /// The text's own: only words differ along the path.
  input,
};

/// "ids" or "input". Throws UsageError for another name.
BaselinePositions parse_baseline_positions(std::string_view name);
std::string_view to_string(BaselinePositions positions);

}  // namespace integrad
