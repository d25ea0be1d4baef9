#include "integrad/compute/peak.h"

#include <algorithm>
#include <chrono>

#include "integrad/compute/backend.h"

namespace integrad {

double measure_peak(Precision precision, int threads) {
  using Clock = std::chrono::steady_clock;
  constexpr Index size = 1536;
  constexpr int repeats = 12;
  const auto backend = make_backend<float>("cpu", threads, precision);
  Matrix<float> a(size, size), b(size, size), bias(1, size), c(size, size);
  a.fill(0.5f);
  b.fill(0.25f);
  double best = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = Clock::now();
    backend->linear(a, b, bias, c);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  const auto n = static_cast<double>(size);
  return 2 * n * n * n / best;
}

}  // namespace integrad
