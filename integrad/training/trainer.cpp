#include "integrad/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "integrad/base/error.h"
#include "integrad/models/positions.h"

namespace integrad {
namespace {

/// A whole number below n, without the bias of a remainder that matters (n is far below 2⁶⁴).
std::size_t below(std::size_t n, std::mt19937_64& random) {
  return static_cast<std::size_t>(static_cast<unsigned __int128>(random()) * n >> 64);
}

std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, Index epoch) {
  std::seed_seq seeds{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      static_cast<std::uint32_t>(epoch)};
  std::mt19937_64 random(seeds);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n; i-- > 1;) std::swap(order[i], order[below(i + 1, random)]);
  return order;
}

void check(const TrainingOptions& options, std::size_t texts) {
  const auto need = [](bool holds, const char* what) {
    if (!holds) throw UsageError(what);
  };
  need(texts > 0, "there are no texts to train on");
  need(options.batch_size > 0, "the batch size must be at least 1");
  need(options.micro_batch_size >= 0, "the micro-batch size must not be negative");
  need(options.steps >= 0, "the number of steps must not be negative");
  need(options.steps > 0 || (options.epochs > 0 && std::isfinite(options.epochs)),
       "the number of epochs must be positive");
  need(options.schedule.peak >= 0 && std::isfinite(options.schedule.peak),
       "the learning rate must not be negative");
  need(options.schedule.warmup >= 0, "the number of warm-up steps must not be negative");
  need(options.clip >= 0, "the longest gradient must not be negative");
  need(options.adam.weight_decay >= 0, "the weight decay must not be negative");
  need(options.adam.epsilon > 0, "Adam's epsilon must be positive");
}

}  // namespace

std::vector<EncodedText> encode_texts(std::span<const LabelledText> texts,
                                      const Tokenizer& tokenizer, const ModelConfig& config,
                                      Index max_length) {
  EncodeOptions options;
  options.max_length = std::min(max_length, config.longest);
  std::vector<EncodedText> encoded;
  for (const LabelledText& text : texts) {
    try {
      check_label(training_problem(config), config.classes(), text.label);
      Encoding encoding =
          text.input.text_pair
              ? tokenizer.encode_pair(text.input.text, *text.input.text_pair, options)
              : tokenizer.encode(text.input.text, options);
      encoded.push_back({std::move(encoding.ids), std::move(encoding.type_ids), text.label});
    } catch (const TokenizerError& error) {
      throw TokenizerError(text.place + ": " + error.what());
    } catch (const UsageError& error) {
      throw UsageError(text.place + ": " + error.what());
    }
  }
  return encoded;
}

void append(const EncodedText& text, const ModelConfig& config, TokenBatch& batch) {
  const auto positions = position_ids(config, text.ids);
  batch.ids.insert(batch.ids.end(), text.ids.begin(), text.ids.end());
  batch.type_ids.insert(batch.type_ids.end(), text.type_ids.begin(), text.type_ids.end());
  batch.positions.insert(batch.positions.end(), positions.begin(), positions.end());
  batch.sequences.append(static_cast<Index>(text.ids.size()));
}

Trainer::Trainer(TrainableClassifier<float>& classifier, std::span<const EncodedText> texts,
                 const TrainingOptions& options)
    : classifier_(&classifier),
      texts_(texts),
      options_(options),
      adam_(options.adam, classifier.parameters(), classifier.threads()) {
  check(options_, texts.size());
  const auto count = static_cast<Index>(texts.size());
  batches_ = (count + options_.batch_size - 1) / options_.batch_size;
  options_.schedule.steps =
      options_.steps > 0
          ? options_.steps
          : std::max<Index>(
                1, std::llround(std::ceil(options_.epochs * static_cast<double>(batches_))));
  run_ = fingerprint();
}

std::vector<std::size_t> Trainer::batch(Index step) {
  const Index epoch = step / batches_;
  if (epoch != epoch_) {
    order_ = shuffled(texts_.size(), options_.seed, epoch);
    epoch_ = epoch;
  }
  const Index first = (step % batches_) * options_.batch_size;
  const Index last = std::min(first + options_.batch_size, static_cast<Index>(texts_.size()));
  return {order_.begin() + first, order_.begin() + last};
}

StepReport Trainer::advance() {
  const Index step = done();
  const std::vector<std::size_t> numbers = batch(step);
  const auto count = static_cast<Index>(numbers.size());
  const Index at_once = options_.micro_batch_size > 0 ? options_.micro_batch_size : count;
  StepReport report{.step = step + 1, .texts = count};
  report.learning_rate = options_.schedule.rate(step);
  const double weight = 1.0 / static_cast<double>(count);
  classifier_->zero_gradients();
  for (Index first = 0; first < count; first += at_once) {
    tokens_.clear();
    labels_.clear();
    for (Index i = first; i < std::min(count, first + at_once); ++i) {
      const EncodedText& text = texts_[numbers[static_cast<std::size_t>(i)]];
      append(text, classifier_->model().config(), tokens_);
      labels_.push_back(text.label);
    }
    constexpr int parts = 16;  // bits
    std::optional<DropoutKey> key;
    if (options_.dropout) {
      key = {options_.seed, static_cast<std::uint64_t>(step) << parts |
                                static_cast<std::uint64_t>(first / at_once)};
    }
    const StepResult result = classifier_->accumulate(tokens_, labels_, weight, key);
    report.loss += weight * result.loss;
    report.accuracy += weight * static_cast<double>(result.right);
    report.tokens += tokens_.sequences.rows();
  }
  const std::span<const TrainedParameter<float>> parameters = classifier_->parameters();
  report.gradient_norm = gradient_norm(parameters, classifier_->threads());
  if (!std::isfinite(report.loss) || !std::isfinite(report.gradient_norm)) {
    throw NumericalError("step " + std::to_string(step + 1) +
                         ": the loss or its gradient is not a finite number; try a smaller "
                         "learning rate, warm-up steps or gradient clipping");
  }
  if (options_.clip > 0) {
    clip_gradients(parameters, report.gradient_norm, options_.clip, classifier_->threads());
  }
  adam_.step(parameters, report.learning_rate);
  return report;
}

}  // namespace integrad
