// Times a tokenizer over a file of texts (one a line), loading not counted.
// usage: integrad_bench_tokenize MODEL_DIR TEXTS.txt [REPEATS] [THREADS]
// Prints one JSON object: the best repeat in seconds, tokens, a checksum of the ids (that of one
// thread's part after the other's), and the seconds that loading took.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "integrad/text/tokenizer.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Count {
  std::size_t tokens = 0;
  std::uint64_t checksum = 0;
};

Count encode(const integrad::Tokenizer& tokenizer, std::span<const std::string> texts) {
  Count count;
  for (const std::string& text : texts) {
    const integrad::Encoding encoding = tokenizer.encode(text);
    count.tokens += encoding.ids.size();
    for (const std::int32_t id : encoding.ids) {
      count.checksum = (count.checksum * 31 + static_cast<std::uint64_t>(id)) % 1000000007u;
    }
  }
  return count;
}

/// One tokenizer for all threads, each with a part of the texts.
Count encode(const integrad::Tokenizer& tokenizer, std::span<const std::string> texts,
             std::size_t threads) {
  std::vector<Count> counts(threads);
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    const std::size_t first = texts.size() * t / threads, last = texts.size() * (t + 1) / threads;
    running.emplace_back(
        [&, t, first, last] { counts[t] = encode(tokenizer, texts.subspan(first, last - first)); });
  }
  Count all;
  for (std::size_t t = 0; t < threads; ++t) {
    running[t].join();
    all.tokens += counts[t].tokens;
    all.checksum = (all.checksum * 31 + counts[t].checksum) % 1000000007u;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s MODEL_DIR TEXTS.txt [REPEATS] [THREADS]\n", argv[0]);
    return 1;
  }
  const int repeats = argc > 3 ? std::max(1, std::atoi(argv[3])) : 1;
  const auto threads = static_cast<std::size_t>(argc > 4 ? std::max(1, std::atoi(argv[4])) : 1);
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
  Count count;
  for (int r = 0; r < repeats; ++r) {
    const auto begin = Clock::now();
    count = encode(tokenizer, texts, threads);
    best = std::min(best, seconds_since(begin));
  }
  std::printf(
      "{\"texts\":%zu,\"bytes\":%zu,\"tokens\":%zu,\"checksum\":%llu,\"seconds\":%.6f,"
      "\"loading_seconds\":%.4f}\n",
      texts.size(), bytes, count.tokens, static_cast<unsigned long long>(count.checksum), best,
      loading);
}
