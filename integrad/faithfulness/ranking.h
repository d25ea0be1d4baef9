// Tokens in the order of their scores, and how well two orders agree.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace integrad {

/// `positions` with the largest score first; of equals the earlier first. scores has an entry for
/// every position.
std::vector<std::size_t> by_score(std::span<const double> scores,
                                  std::span<const std::size_t> positions);

/// Kendall's τ_b of two lists of the same length (Kendall 1945): 1 for the same order, −1 for the
/// reverse, ties corrected for. NaN where one of them is constant.
double kendall_tau(std::span<const double> a, std::span<const double> b);

}  // namespace integrad
