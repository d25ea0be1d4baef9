// Writes what a quadrature rule would see: slopes of every token at uniform nodes of each text's
// path. usage: integrad_bench_path_samples MODEL_DIR TEXTS.txt OUTPUT [INTERVALS] [BASELINE]
// [MAX_LENGTH]
//
// OUTPUT, little-endian, one record a text: int64 tokens, int64 nodes; float64 F at each node;
// float64 slopes (nodes × tokens). Node k lies at α = k / INTERVALS; the target is the class
// predicted at the input. quadrature.py reads it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "integrad/attribution/engine.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/target.h"
#include "integrad/integrad.h"

namespace {

using integrad::Index;

constexpr std::size_t texts_at_once = 32;

/// F and slopes of one text, node after node.
struct Record {
  std::vector<double> values, slopes;
};

template <class N>
void write(std::ofstream& file, const N* numbers, std::size_t count) {
  file.write(reinterpret_cast<const char*>(numbers),
             static_cast<std::streamsize>(count * sizeof(N)));
}

std::vector<Record> sample(integrad::Engine& engine, const integrad::TextClassifier& classifier,
                           const std::vector<integrad::TokenPath>& paths, Index intervals) {
  std::vector<Record> records(paths.size());
  integrad::ExplainOptions options;
  const auto link = integrad::link_of(classifier.config());
  const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
    return integrad::evaluate_score(options.score, link, logits, target, seed);
  };
  const auto choose = [](Index, std::span<const double> logits) {
    return std::vector<Index>{integrad::largest(logits)};
  };
  for (Index k = 0; k <= intervals; ++k) {
    const integrad::QuadratureRule node{{static_cast<double>(k) / static_cast<double>(intervals)},
                                        {1.0}};
    const auto samples =
        engine.sample(integrad::find_layer(classifier.config(), "embeddings").output, paths, node,
                      scalar, choose, options);
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const integrad::PathSamples& path = samples[p].front().path;
      records[p].values.push_back(path.values.front());
      records[p].slopes.insert(records[p].slopes.end(), path.weighted_slopes.begin(),
                               path.weighted_slopes.end());
    }
  }
  return records;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr,
                 "usage: %s MODEL_DIR TEXTS.txt OUTPUT [INTERVALS] [BASELINE] [MAX_LENGTH]\n",
                 argv[0]);
    return 1;
  }
  const Index intervals = argc > 4 ? std::atoi(argv[4]) : 256;
  const auto baseline = integrad::Baseline::parse(argc > 5 ? argv[5] : "pad");
  integrad::ExplainOptions options;
  options.max_length = argc > 6 ? std::atoi(argv[6]) : 256;
  const auto classifier = integrad::TextClassifier::load(argv[1]);
  const auto engine = integrad::make_engine(classifier, {});
  const auto cut = integrad::find_layer(classifier.config(), options.layer).output;

  std::ifstream file(argv[2]);
  std::ofstream output(argv[3], std::ios::binary);
  std::vector<integrad::TokenPath> paths;
  const auto flush = [&] {
    const auto records = sample(*engine, classifier, paths, intervals);
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const std::int64_t sizes[] = {paths[p].input.sequences.rows(), intervals + 1};
      write(output, sizes, 2);
      write(output, records[p].values.data(), records[p].values.size());
      write(output, records[p].slopes.data(), records[p].slopes.size());
    }
    paths.clear();
  };
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    auto text = integrad::prepare(integrad::TextInput{line, {}}, classifier, options);
    integrad::add_baseline(text, baseline, options.baseline_positions, cut, classifier);
    paths.push_back(std::move(text.path));
    if (paths.size() == texts_at_once) flush();
  }
  if (!paths.empty()) flush();
  output.flush();
  if (!output) {
    std::fprintf(stderr, "cannot write %s\n", argv[3]);
    return 1;
  }
}
