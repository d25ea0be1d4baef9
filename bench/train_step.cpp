// Seconds of training steps: forward, backward, clipping and Adam. Prints one JSON object.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "integrad/training/trainer.h"

namespace {

using Clock = std::chrono::steady_clock;

/// Labels alternate; what they are does not matter for the time.
std::vector<integrad::EncodedText> read_texts(const std::string& file,
                                              const integrad::Tokenizer& tokenizer,
                                              integrad::Index length) {
  integrad::EncodeOptions options;
  options.max_length = length;
  std::vector<integrad::EncodedText> texts;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    auto encoding = tokenizer.encode(line, options);
    texts.push_back({std::move(encoding.ids),
                     std::move(encoding.type_ids),
                     {static_cast<double>(texts.size() % 2)}});
  }
  return texts;
}

std::vector<integrad::EncodedText> random_texts(integrad::Index count, integrad::Index length,
                                                integrad::Index vocabulary) {
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int32_t> id(1000, static_cast<std::int32_t>(vocabulary) - 1);
  std::vector<integrad::EncodedText> texts;
  for (integrad::Index i = 0; i < count; ++i) {
    integrad::EncodedText& text = texts.emplace_back();
    for (integrad::Index k = 0; k < length; ++k) text.ids.push_back(id(random));
    text.type_ids.assign(text.ids.size(), 0);
    text.label = {static_cast<double>(i % 2)};
  }
  return texts;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(
        stderr, "usage: %s MODEL_DIR TEXTS.txt|random BATCH LENGTH STEPS f32|bf16|auto [THREADS]\n",
        argv[0]);
    return 1;
  }
  const std::string directory = argv[1], file = argv[2];
  const integrad::Index batch = std::atol(argv[3]), length = std::atol(argv[4]);
  const integrad::Index steps = std::atol(argv[5]);
  const auto precision = integrad::parse_precision(argv[6]);
  const int threads = argc > 7 ? std::atoi(argv[7]) : 0;
  const auto config = integrad::read_model_config(integrad::ConfigFile::load(directory));
  std::vector<std::string> fresh;
  integrad::TrainableClassifier<float> classifier(
      integrad::Classifier<float>::load_to_train(config, integrad::WeightFiles::open(directory), 0,
                                                 fresh),
      integrad::make_backend<float>("cpu", threads, precision), threads);
  const auto texts = file == "random"
                         ? random_texts(batch, length, config.vocabulary_size)
                         : read_texts(file, integrad::Tokenizer::load(directory), length);
  integrad::TrainingOptions options;
  options.batch_size = batch;
  options.steps = steps + 1;
  options.schedule.peak = 1e-5;
  options.clip = 1;
  integrad::Trainer trainer(classifier, texts, options);
  trainer.advance();  // grows the memory
  std::vector<double> seconds;
  integrad::Index tokens = 0;
  for (integrad::Index step = 0; step < steps; ++step) {
    const auto begin = Clock::now();
    tokens += trainer.advance().tokens;
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  double total = 0;
  for (const double s : seconds) total += s;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"steps\":%td,\"tokens\":%td,\"seconds\":%.6f,\"best_step\":%.6f,"
      "\"peak_mib\":%.0f}\n",
      steps, tokens, total, *std::min_element(seconds.begin(), seconds.end()),
      static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
