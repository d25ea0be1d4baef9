// Which entries training leaves out (Srivastava et al. 2014), as a function of a counter.
#pragma once

#include <cstdint>

#include "integrad/base/matrix.h"

namespace integrad {

/// Entries become 0 with probability `rate`, the others are divided by 1 − rate. Which ones follows
/// from (seed, stream, index of the entry) alone, by Philox 4×32-7 (Salmon et al. 2011), so that
/// nothing is stored for the backward and the number of threads changes nothing. Two calls with the
/// same seed and stream leave out the same entries; `stream` tells calls apart.
struct Dropout {
  double rate = 0;  // at least 0, below 1
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;

  bool active() const { return rate > 0; }
  /// Entries whose random number, 32 bits, is below this become 0.
  std::uint32_t threshold() const;
  /// 1 / (1 − rate).
  float factor() const;
};

/// Entries come in groups of 64, for vector registers: entry 16 k + i of group g is word k of
/// Philox' block 16 g + i.
inline constexpr Index dropout_group = 64;

/// factors[i] = 0 or 1 / (1 − rate), of the entries first, first + 1, … first + n − 1. The
/// specification; the cpu backend has a faster one.
void dropout_factors(const Dropout& dropout, std::uint64_t first, Index n, float* factors);

/// First entry of a row of probabilities: query `row` of all sequences, head `head`. Keys follow.
inline std::uint64_t dropout_row(Index row, Index heads, Index head) {
  constexpr int keys = 20;  // log2 of the most keys a row may have
  return static_cast<std::uint64_t>(row * heads + head) << keys;
}

}  // namespace integrad
