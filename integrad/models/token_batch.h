// What the network reads: token sequences laid end to end, without padding.
#pragma once

#include <cstdint>
#include <vector>

#include "integrad/compute/sequences.h"

namespace integrad {

/// One entry a row. Positions are explicit, because a text padded on the left by its owner keeps
/// its positions when the padding is dropped. type_ids are ignored by families without them.
struct TokenBatch {
  Sequences sequences;
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> type_ids;
  std::vector<std::int32_t> positions;

  /// Appends a sequence.
  void append(const TokenBatch& sequence) {
    for (Index s = 0; s < sequence.sequences.count(); ++s) {
      sequences.append(sequence.sequences.length(s));
    }
    ids.insert(ids.end(), sequence.ids.begin(), sequence.ids.end());
    type_ids.insert(type_ids.end(), sequence.type_ids.begin(), sequence.type_ids.end());
    positions.insert(positions.end(), sequence.positions.begin(), sequence.positions.end());
  }
  void clear() {
    sequences.clear();
    ids.clear();
    type_ids.clear();
    positions.clear();
  }
};

}  // namespace integrad
