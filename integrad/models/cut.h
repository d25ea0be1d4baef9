// The places where the chain of a classifier can be entered and left.
#pragma once

#include "integrad/base/matrix.h"

namespace integrad {

/// Where hidden states (tokens × hidden) cross: the output of the word table, of the embeddings
/// block, or of encoder block K (Cut::block + K).
enum class Cut : int { word_embeddings = 0, embeddings = 1, block = 2 };

/// Output of encoder block `k`.
inline Cut block_output(Index k) { return static_cast<Cut>(static_cast<Index>(Cut::block) + k); }

/// Number of the first encoder block right of the cut; the number of blocks when there is none.
inline Index first_block(Cut cut) {
  return std::max<Index>(0, static_cast<Index>(cut) - static_cast<Index>(Cut::block) + 1);
}

}  // namespace integrad
