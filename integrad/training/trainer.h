// Steps over labelled texts: batches, gradients, clipping, optimizer; and a state to go on from.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "integrad/text/tokenizer.h"
#include "integrad/training/example.h"
#include "integrad/training/optimizer.h"
#include "integrad/training/schedule.h"

namespace integrad {

struct TrainingOptions {
  Index batch_size = 16;       // texts a step
  Index micro_batch_size = 0;  // texts at once, which bounds memory; 0: the whole batch
  double epochs = 1;           // how often all texts are read
  Index steps = 0;             // instead of epochs; the texts repeat
  AdamOptions adam;
  Schedule schedule;       // its number of steps is set by the trainer
  double clip = 0;         // longest gradient; 0: any
  std::uint64_t seed = 0;  // of the order of texts and of dropout
  bool dropout = true;     // as config.json says
};

/// A text ready for the network.
struct EncodedText {
  std::vector<std::int32_t> ids, type_ids;
  Label label;
};

/// Tokenises and checks labels. Texts are cut at `max_length` tokens. Throws TokenizerError or
/// UsageError with the text's place in front.
std::vector<EncodedText> encode_texts(std::span<const LabelledText> texts,
                                      const Tokenizer& tokenizer, const ModelConfig& config,
                                      Index max_length);

/// Appends a text to a batch.
void append(const EncodedText& text, const ModelConfig& config, TokenBatch& batch);

/// What one step did.
struct StepReport {
  Index step = 0;   // from 1
  Index texts = 0;  // of the batch
  Index tokens = 0;
  double loss = 0;  // mean over the batch, before the step
  double accuracy = 0;
  double learning_rate = 0;
  double gradient_norm = 0;  // before clipping
};

/// Belongs to one thread at a time. Every epoch reads the texts in an order of its own, which
/// follows from seed and epoch; the last batch of an epoch is what is left. Texts are laid end to
/// end without padding, so that batches need not be sorted by length.
class Trainer {
 public:
  using Notes = std::map<std::string, std::string>;

  /// `classifier` and `texts` must outlive the trainer. Throws UsageError for no texts, or options
  /// that make no sense.
  Trainer(TrainableClassifier<float>& classifier, std::span<const EncodedText> texts,
          const TrainingOptions& options);

  Index steps() const { return options_.schedule.steps; }
  Index done() const { return adam_.steps; }
  Index steps_per_epoch() const { return batches_; }

  /// One step. Throws NumericalError, and leaves the weights as they are, when loss or gradient is
  /// not finite.
  StepReport advance();

  /// Weights, moments and position, whole or not at all. A run that goes on from there makes the
  /// same weights, bit for bit, as one that never stopped.
  /// `notes` are the caller's own.
  void save_state(const std::filesystem::path& file, const Notes& notes = {}) const;
  /// Returns the notes. Throws CheckpointError when the file is damaged or was written by a run
  /// with other options or texts; then nothing has changed.
  Notes load_state(const std::filesystem::path& file);

 private:
  /// Numbers of the texts of a step.
  std::vector<std::size_t> batch(Index step);
  /// Of options, parameters and texts: what a state belongs to.
  std::string fingerprint() const;

  TrainableClassifier<float>* classifier_;
  std::span<const EncodedText> texts_;
  TrainingOptions options_;
  Index batches_;
  Adam<float> adam_;
  std::string run_;   // fingerprint
  Index epoch_ = -1;  // of the order below
  std::vector<std::size_t> order_;
  TokenBatch tokens_;
  std::vector<Label> labels_;
};

}  // namespace integrad
