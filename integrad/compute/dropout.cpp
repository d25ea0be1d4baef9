#include "integrad/compute/dropout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace integrad {
namespace {

constexpr std::size_t width = 16;  // blocks at a time, for vector registers
using Lane = std::array<std::uint32_t, width>;

/// Four random numbers of each of the blocks first, first + 1, … in `words`.
void philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
            std::array<Lane, 4>& words) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  auto& [a, b, c, d] = words;
  for (std::size_t i = 0; i < width; ++i) {
    a[i] = low(first + i);
    b[i] = high(first + i);
    c[i] = low(stream);
    d[i] = high(stream);
  }
  std::uint32_t key0 = low(seed), key1 = high(seed);
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::uint64_t left = std::uint64_t{0xD2511F53} * a[i];
      const std::uint64_t right = std::uint64_t{0xCD9E8D57} * c[i];
      a[i] = high(right) ^ b[i] ^ key0;
      b[i] = low(right);
      c[i] = high(left) ^ d[i] ^ key1;
      d[i] = low(left);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

}  // namespace

void dropout_factors(const Dropout& dropout, std::uint64_t first, Index n, float* factors) {
  const double numbers = std::ldexp(1.0, 32);
  const auto dropped = static_cast<std::uint64_t>(std::llround(dropout.rate * numbers));
  const auto kept = static_cast<float>(1.0 / (1.0 - dropout.rate));
  std::array<Lane, 4> words;
  std::array<float, 4 * width> values;
  const std::uint64_t end = first + static_cast<std::uint64_t>(n);
  for (std::uint64_t block = first / 4; block * 4 < end; block += width) {
    philox(dropout.seed, dropout.stream, block, words);
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t k = 0; k < 4; ++k) values[4 * i + k] = words[k][i] < dropped ? 0.0f : kept;
    }
    const std::uint64_t begin = std::max(first, block * 4);
    const std::uint64_t stop = std::min(end, (block + width) * 4);
    std::copy(values.begin() + static_cast<std::ptrdiff_t>(begin - block * 4),
              values.begin() + static_cast<std::ptrdiff_t>(stop - block * 4),
              factors + (begin - first));
  }
}

}  // namespace integrad
