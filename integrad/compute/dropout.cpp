#include "integrad/compute/dropout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace integrad {
namespace {

using Words = std::array<std::uint32_t, 4>;

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// Seven rounds of Philox 4×32: the counter is (block, stream), the key is the seed.
Words philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t block) {
  Words w{low(block), high(block), low(stream), high(stream)};
  std::uint32_t key0 = low(seed), key1 = high(seed);
  for (int round = 0; round < 7; ++round) {
    const std::uint64_t left = std::uint64_t{0xD2511F53} * w[0];
    const std::uint64_t right = std::uint64_t{0xCD9E8D57} * w[2];
    w = {high(right) ^ w[1] ^ key0, low(right), high(left) ^ w[3] ^ key1, low(left)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return w;
}

}  // namespace

std::uint32_t Dropout::threshold() const {
  return static_cast<std::uint32_t>(std::min(std::llround(std::ldexp(rate, 32)), 0xFFFFFFFFLL));
}

float Dropout::factor() const { return static_cast<float>(1.0 / (1.0 - rate)); }

void dropout_factors(const Dropout& dropout, std::uint64_t first, Index n, float* factors) {
  for (Index i = 0; i < n; ++i) {
    const std::uint64_t entry = first + static_cast<std::uint64_t>(i);
    const std::uint64_t group = entry / 64, word = entry / 16 % 4, lane = entry % 16;
    const Words words = philox(dropout.seed, dropout.stream, 16 * group + lane);
    factors[i] = words[word] < dropout.threshold() ? 0.0f : dropout.factor();
  }
}

}  // namespace integrad
