// Times integrated gradients of a file of texts (one a line), end to end after loading.
// usage: integrad_bench_explain MODEL_DIR TEXTS.txt [REPEATS] [N_STEPS] [MAX_LENGTH] [THREADS]
// [PRECISION] Prints one JSON object: the best and the median repeat in seconds a text, start-up,
// peak memory.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "integrad/integrad.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: %s MODEL_DIR TEXTS.txt [REPEATS] [N_STEPS] [MAX_LENGTH] [THREADS] "
                 "[PRECISION]\n",
                 argv[0]);
    return 1;
  }
  const auto argument = [&](int i, int fallback) {
    return argc > i ? std::atoi(argv[i]) : fallback;
  };
  const int repeats = std::max(1, argument(3, 3));
  integrad::ExplainOptions options;
  options.n_steps = argument(4, 50);
  options.max_length = argument(5, 256);

  const auto start = Clock::now();
  const auto classifier = integrad::TextClassifier::load(argv[1]);
  integrad::ComputeOptions compute;
  compute.threads = argument(6, 0);
  compute.precision = integrad::parse_precision(argc > 7 ? argv[7] : "f32");
  integrad::Explainer explainer(classifier, compute);
  const double startup = seconds_since(start);

  std::vector<integrad::TextInput> texts;
  std::ifstream file(argv[2]);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) texts.push_back({line, {}});
  }
  std::vector<double> times;
  double largest_gap = 0;
  for (int r = 0; r < repeats; ++r) {
    const auto begin = Clock::now();
    for (const auto& e : explainer.explain(texts, options)) {
      largest_gap = std::max(largest_gap, std::abs(e.delta));
    }
    times.push_back(seconds_since(begin) / static_cast<double>(texts.size()));
  }
  std::sort(times.begin(), times.end());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"tool\":\"integrad\",\"steps\":%d,\"texts\":%zu,\"seconds_per_text_best\":%.6f,"
      "\"seconds_per_text_median\":%.6f,\"startup_seconds\":%.3f,\"peak_rss_mib\":%.0f,"
      "\"largest_gap\":%.2e}\n",
      static_cast<int>(integrad::n_steps_of(options)), texts.size(), times.front(),
      times[times.size() / 2], startup, static_cast<double>(usage.ru_maxrss) / 1024, largest_gap);
}
