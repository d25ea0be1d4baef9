// Runs that are stopped and go on, batches in pieces, and what a state refuses.
#include "integrad/training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

const std::filesystem::path initial =
    std::filesystem::path(INTEGRAD_FIXTURES) / "training/distilbert/initial";

std::vector<EncodedText> random_texts(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<EncodedText> texts;
  for (std::size_t i = 0; i < count; ++i) {
    EncodedText& text = texts.emplace_back();
    text.ids.push_back(2);
    for (unsigned k = random() % 12; k-- > 0;)
      text.ids.push_back(5 + static_cast<int>(random() % 50));
    text.ids.push_back(3);
    text.type_ids.assign(text.ids.size(), 0);
    text.label = {static_cast<double>(random() % 2)};
  }
  return texts;
}

TrainableClassifier<float> make_classifier(int threads = 2) {
  ModelConfig config = read_model_config(ConfigFile::load(initial));
  config.dropout = {0.1, 0.1, 0.1, 0.1, 0, 0.2};
  return {Classifier<float>::load(config, WeightFiles::open(initial)),
          make_backend<float>("cpu", threads)};
}

TrainingOptions options_of_test() {
  TrainingOptions options;
  options.batch_size = 8;
  options.epochs = 3;
  options.schedule = {.decay = Decay::linear, .peak = 1e-2, .warmup = 2};
  options.adam.weight_decay = 0.01;
  options.clip = 1;
  options.seed = 5;
  return options;
}

std::vector<float> values_of(TrainableClassifier<float>& classifier) {
  std::vector<float> values;
  for (const auto& parameter : classifier.parameters()) {
    for (Index r = 0; r < parameter.value.rows; ++r) {
      values.insert(values.end(), parameter.value.row(r),
                    parameter.value.row(r) + parameter.value.columns);
    }
  }
  return values;
}

class TrainerTest : public ::testing::Test {
 protected:
  std::vector<EncodedText> texts = random_texts(30, 1);
  TrainingOptions options = options_of_test();
};

TEST_F(TrainerTest, LearnsWhatItIsShown) {
  auto classifier = make_classifier();
  options.epochs = 30;
  options.dropout = false;
  Trainer trainer(classifier, texts, options);
  const double first = trainer.advance().loss;
  StepReport last;
  while (trainer.done() < trainer.steps()) last = trainer.advance();
  EXPECT_LT(last.loss, 0.5 * first);
}

TEST_F(TrainerTest, EpochsAreWholeAndEveryTextComesOnce) {
  auto classifier = make_classifier();
  Trainer trainer(classifier, texts, options);
  EXPECT_EQ(trainer.steps_per_epoch(), 4);  // 8 + 8 + 8 + 6
  EXPECT_EQ(trainer.steps(), 12);
  Index tokens = 0, expected = 0;
  for (const EncodedText& text : texts) expected += static_cast<Index>(text.ids.size());
  for (int epoch = 0; epoch < 3; ++epoch, tokens = 0) {
    for (int step = 0; step < 4; ++step) {
      const StepReport report = trainer.advance();
      EXPECT_EQ(report.texts, step == 3 ? 6 : 8);
      tokens += report.tokens;
    }
    EXPECT_EQ(tokens, expected);
  }
}

TEST_F(TrainerTest, StoppedAnywhereGoesOnBitForBit) {
  auto whole = make_classifier();
  Trainer uninterrupted(whole, texts, options);
  while (uninterrupted.done() < uninterrupted.steps()) uninterrupted.advance();
  const TemporaryFolder folder;
  const auto state = folder / "state.safetensors";
  for (Index stop = 0; stop <= uninterrupted.steps(); ++stop) {
    {
      auto classifier = make_classifier();
      Trainer trainer(classifier, texts, options);
      while (trainer.done() < stop) trainer.advance();
      trainer.save_state(state, {{"best", "0.5"}});
    }
    auto classifier = make_classifier(stop % 2 == 0 ? 1 : 3);  // the number of threads is free
    Trainer trainer(classifier, texts, options);
    EXPECT_EQ(trainer.load_state(state), (Trainer::Notes{{"best", "0.5"}}));
    EXPECT_EQ(trainer.done(), stop);
    while (trainer.done() < trainer.steps()) trainer.advance();
    ASSERT_EQ(values_of(classifier), values_of(whole)) << "stopped after " << stop;
  }
}

TEST_F(TrainerTest, ABatchInPiecesIsTheSameBatch) {
  options.dropout = false;
  auto whole = make_classifier(), pieces = make_classifier();
  Trainer trainer(whole, texts, options);
  TrainingOptions other = options;
  other.micro_batch_size = 3;
  Trainer in_pieces(pieces, texts, other);
  const StepReport a = trainer.advance(), b = in_pieces.advance();
  EXPECT_NEAR(a.loss, b.loss, 1e-6);
  EXPECT_NEAR(a.gradient_norm, b.gradient_norm, 1e-5);
  EXPECT_EQ(a.tokens, b.tokens);
}

TEST_F(TrainerTest, FrozenParametersStay) {
  auto classifier = make_classifier();
  const auto before = values_of(classifier);
  EXPECT_EQ(classifier.freeze("no such parameter"), 0);
  EXPECT_GT(classifier.freeze("embeddings"), 0);
  Trainer trainer(classifier, texts, options);
  trainer.advance();
  trainer.advance();
  const auto embeddings = static_cast<std::ptrdiff_t>(60 * 24 + 32 * 24 + 2 * 24);
  const auto after = values_of(classifier);
  EXPECT_TRUE(std::equal(before.begin(), before.begin() + embeddings, after.begin()));
  EXPECT_NE(before, after);
}

TEST_F(TrainerTest, StatesOfOtherRunsAreRefused) {
  const TemporaryFolder folder;
  const auto state = folder / "state.safetensors";
  auto classifier = make_classifier();
  Trainer trainer(classifier, texts, options);
  trainer.advance();
  trainer.save_state(state);
  const auto refuses = [&](const std::vector<EncodedText>& given, const TrainingOptions& chosen) {
    auto fresh = make_classifier();
    const auto before = values_of(fresh);
    Trainer other(fresh, given, chosen);
    EXPECT_THROW(other.load_state(state), CheckpointError);
    EXPECT_EQ(values_of(fresh), before);
    EXPECT_EQ(other.done(), 0);
  };
  TrainingOptions chosen = options;
  chosen.seed = 6;
  refuses(texts, chosen);
  chosen = options;
  chosen.schedule.peak = 2e-2;
  refuses(texts, chosen);
  auto other_texts = texts;
  other_texts[3].label[0] = 1 - other_texts[3].label[0];
  refuses(other_texts, options);
  const std::string content = read_text(state);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, content.size() / 2}) {
    write_text(state, std::string_view(content).substr(0, size));
    refuses(texts, options);
  }
}

TEST_F(TrainerTest, ALossThatIsNoNumber) {
  auto classifier = make_classifier();
  options.schedule = {.decay = Decay::constant, .peak = 1e30};
  options.clip = 0;
  Trainer trainer(classifier, texts, options);
  trainer.advance();
  const auto before = values_of(classifier);
  EXPECT_THROW(trainer.advance(), NumericalError);
  EXPECT_EQ(values_of(classifier), before);
  EXPECT_EQ(trainer.done(), 1);
}

TEST_F(TrainerTest, OptionsThatMakeNoSense) {
  auto classifier = make_classifier();
  const auto refuses = [&](auto change) {
    TrainingOptions chosen = options;
    change(chosen);
    EXPECT_THROW(Trainer(classifier, texts, chosen), UsageError);
  };
  refuses([](TrainingOptions& o) { o.batch_size = 0; });
  refuses([](TrainingOptions& o) { o.epochs = 0; });
  refuses([](TrainingOptions& o) { o.epochs = NAN; });
  refuses([](TrainingOptions& o) { o.steps = -1; });
  refuses([](TrainingOptions& o) { o.schedule.peak = -1; });
  refuses([](TrainingOptions& o) { o.adam.epsilon = 0; });
  EXPECT_THROW(Trainer(classifier, {}, options), UsageError);
}

}  // namespace
}  // namespace integrad
