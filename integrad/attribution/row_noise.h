// Random numbers of a row of a point, the same whatever else is computed with it. Internal.
#pragma once

#include <cstdint>
#include <random>

#include "integrad/base/matrix.h"

namespace integrad {

/// Follows from the seed, the point's number and the row's place in its text alone.
inline std::mt19937_64 random_of_row(std::uint64_t seed, Index point, Index row) {
  std::seed_seq seeds{seed & 0xFFFF'FFFF, seed >> 32U, static_cast<std::uint64_t>(point),
                      static_cast<std::uint64_t>(row)};
  return std::mt19937_64(seeds);
}

}  // namespace integrad
