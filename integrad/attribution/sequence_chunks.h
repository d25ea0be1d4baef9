// Sequences of a batch in chunks that a memory limit allows. Internal.
#pragma once

#include <vector>

#include "integrad/models/token_batch.h"

namespace integrad {

/// Chunk c holds sequences [starts[c], starts[c + 1]): as many as fit in `rows`, at least one.
inline void split_sequences(const Sequences& sequences, Index rows, std::vector<Index>& starts) {
  starts.assign(1, 0);
  for (Index s = 1; s < sequences.count(); ++s) {
    if (sequences.start(s + 1) - sequences.start(starts.back()) > rows) starts.push_back(s);
  }
  starts.push_back(sequences.count());
}

/// Appends sequences [first, last) of `from`.
inline void append_sequences(const TokenBatch& from, Index first, Index last, TokenBatch& to) {
  for (Index s = first; s < last; ++s) to.sequences.append(from.sequences.length(s));
  const auto begin = from.sequences.start(first), end = from.sequences.start(last);
  const auto append = [&](const std::vector<std::int32_t>& source,
                          std::vector<std::int32_t>& target) {
    target.insert(target.end(), source.begin() + begin, source.begin() + end);
  };
  append(from.ids, to.ids);
  append(from.type_ids, to.type_ids);
  append(from.positions, to.positions);
}

}  // namespace integrad
