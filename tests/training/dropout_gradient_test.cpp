// The derivative of the loss with respect to weights, dropout included, against differences; every
// family that is trained.
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"
#include "integrad/training/gradients.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;

ModelConfig config_of(const ModelFixture& fixture, double rate) {
  ModelConfig config = read_model_config(ConfigFile::load(fixture.directory));
  config.dropout = {rate, rate, rate, rate, rate, rate};
  return config;
}

template <class T>
TrainableClassifier<T> trainable(const ModelFixture& fixture, double rate, const char* backend,
                                 int threads = 1) {
  return {Classifier<T>::load(config_of(fixture, rate), WeightFiles::open(fixture.directory)),
          make_backend<T>(backend, threads)};
}

struct Batch {
  TokenBatch tokens;
  std::vector<Label> labels;
};

Batch two_texts(const ModelFixture& fixture, const ModelConfig& config) {
  Batch batch;
  for (Index text = 0; text < 2; ++text) {
    batch.tokens.append(batch_of(fixture, text));
    const bool one = training_problem(config) == Problem::single_label;
    batch.labels.emplace_back(one ? 1 : static_cast<std::size_t>(config.classes()),
                              static_cast<double>(text));
  }
  return batch;
}

class DropoutGradient : public ::testing::TestWithParam<std::string> {};

TEST_P(DropoutGradient, AgreesWithDifferences) {
  const ModelFixture fixture(GetParam());
  auto classifier = trainable<double>(fixture, 0.3, "reference");
  const Batch batch = two_texts(fixture, classifier.model().config());
  const DropoutKey key{17, 3};
  classifier.zero_gradients();
  classifier.accumulate(batch.tokens, batch.labels, 1.0, key);
  // Differences do not need a backward, but this is the door there is.
  auto other = trainable<double>(fixture, 0.3, "reference");
  const auto loss = [&] { return other.accumulate(batch.tokens, batch.labels, 1.0, key).loss; };
  std::size_t number = 0;
  for (const TrainedParameter<double>& parameter : classifier.parameters()) {
    const auto& moved = other.parameters()[number++];
    // The entry with the largest derivative: most rows of a table are not read.
    Index row = 0, column = 0;
    for (Index r = 0; r < parameter.value.rows; ++r) {
      for (Index c = 0; c < parameter.value.columns; ++c) {
        if (std::abs(parameter.gradient(r, c)) > std::abs(parameter.gradient(row, column))) {
          row = r;
          column = c;
        }
      }
    }
    const double step = 1e-5, at = moved.value(row, column);
    moved.value(row, column) = at + step;
    const double more = loss();
    moved.value(row, column) = at - step;
    const double less = loss();
    moved.value(row, column) = at;
    const double derivative = parameter.gradient(row, column);
    EXPECT_NEAR((more - less) / (2 * step), derivative, 1e-7 + 1e-5 * std::abs(derivative))
        << parameter.name;
  }
}

TEST_P(DropoutGradient, FastBackendAgreesAtAnyNumberOfThreads) {
  const ModelFixture fixture(GetParam());
  auto exact = trainable<double>(fixture, 0.3, "reference");
  const Batch batch = two_texts(fixture, exact.model().config());
  exact.zero_gradients();
  const double loss = exact.accumulate(batch.tokens, batch.labels, 1.0, DropoutKey{17, 3}).loss;
  std::vector<TrainableClassifier<float>> fast;
  for (const int threads : {1, 3}) {
    fast.push_back(trainable<float>(fixture, 0.3, "cpu", threads));
    fast.back().zero_gradients();
    const auto result = fast.back().accumulate(batch.tokens, batch.labels, 1.0, DropoutKey{17, 3});
    EXPECT_NEAR(result.loss, loss, 1e-4 * std::abs(loss));
  }
  for (std::size_t i = 0; i < exact.parameters().size(); ++i) {
    const auto& expected = exact.parameters()[i].gradient;
    double difference = 0, size = 0;
    for (Index r = 0; r < expected.rows; ++r) {
      for (Index c = 0; c < expected.columns; ++c) {
        const float found = fast[0].parameters()[i].gradient(r, c);
        ASSERT_EQ(found, fast[1].parameters()[i].gradient(r, c)) << exact.parameters()[i].name;
        difference += std::pow(static_cast<double>(found) - expected(r, c), 2);
        size += expected(r, c) * expected(r, c);
      }
    }
    EXPECT_LE(std::sqrt(difference), 1e-4 * std::sqrt(size) + 1e-6) << exact.parameters()[i].name;
  }
}

TEST_P(DropoutGradient, OtherDrawsOtherLosses) {
  const ModelFixture fixture(GetParam());
  auto classifier = trainable<float>(fixture, 0.3, "cpu");
  const Batch batch = two_texts(fixture, classifier.model().config());
  const auto loss = [&](std::optional<DropoutKey> key) {
    return classifier.accumulate(batch.tokens, batch.labels, 1.0, key).loss;
  };
  EXPECT_EQ(loss(DropoutKey{1, 1}), loss(DropoutKey{1, 1}));
  EXPECT_NE(loss(DropoutKey{1, 1}), loss(DropoutKey{1, 2}));
  EXPECT_NE(loss(DropoutKey{1, 1}), loss(DropoutKey{2, 1}));
  EXPECT_NE(loss(DropoutKey{1, 1}), loss({}));
}

INSTANTIATE_TEST_SUITE_P(Models, DropoutGradient,
                         ::testing::Values("bert", "bert-gelu-new", "bert-multilabel",
                                           "bert-regression", "distilbert", "albert", "electra",
                                           "roberta", "xlm-roberta"),
                         testing::name_of_model);

TEST(Training, FamiliesThatAreNotBuilt) {
  for (const char* name : {"modernbert", "deberta-v3", "mobilebert", "mpnet"}) {
    const ModelFixture fixture(name);
    EXPECT_THROW(trainable<float>(fixture, 0, "cpu"), UnsupportedModel) << name;
  }
}

}  // namespace
}  // namespace integrad
