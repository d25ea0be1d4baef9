// Times a tokenizer over a file of texts (one a line) on one thread, loading not counted.
// usage: integrad_bench_tokenize MODEL_DIR TEXTS.txt [REPEATS]
// Prints one JSON object: the best repeat in seconds, tokens, a checksum of the ids, and the
// seconds that loading took.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "integrad/text/tokenizer.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s MODEL_DIR TEXTS.txt [REPEATS]\n", argv[0]);
    return 1;
  }
  const int repeats = argc > 3 ? std::max(1, std::atoi(argv[3])) : 1;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  std::ifstream file(argv[2]);
  for (std::string line; std::getline(file, line);) {
    bytes += line.size();
    texts.push_back(line);
  }
  const auto start = Clock::now();
  const auto tokenizer = integrad::Tokenizer::load(argv[1]);
  const double loading = seconds_since(start);

  double best = 1e30;
  std::size_t tokens = 0;
  std::uint64_t checksum = 0;
  for (int r = 0; r < repeats; ++r) {
    tokens = 0;
    checksum = 0;
    const auto begin = Clock::now();
    for (const std::string& text : texts) {
      const integrad::Encoding encoding = tokenizer.encode(text);
      tokens += encoding.ids.size();
      for (const std::int32_t id : encoding.ids) {
        checksum = (checksum * 31 + static_cast<std::uint64_t>(id)) % 1000000007u;
      }
    }
    best = std::min(best, seconds_since(begin));
  }
  std::printf(
      "{\"texts\":%zu,\"bytes\":%zu,\"tokens\":%zu,\"checksum\":%llu,\"seconds\":%.6f,"
      "\"loading_seconds\":%.4f}\n",
      texts.size(), bytes, tokens, static_cast<unsigned long long>(checksum), best, loading);
}
