// Hidden states and logits of every layer against PyTorch, on both backends.
#include "integrad/models/classifier.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "integrad/models/layer_names.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;

template <class T>
Classifier<T> load(const std::filesystem::path& directory) {
  return Classifier<T>::load(read_model_config(ConfigFile::load(directory)),
                             WeightFiles::open(directory));
}

template <class T>
Matrix<T> logits_of(const Classifier<T>& classifier, const TokenBatch& batch, Cut cut,
                    Workspace<T>& workspace) {
  Matrix<T> hidden, summary, logits(batch.sequences.count(), classifier.config().classes());
  classifier.forward_to(cut, batch, workspace, hidden);
  classifier.forward_from(cut, hidden, batch, workspace, summary);
  classifier.head().forward(*workspace.backend, summary, logits, workspace.head);
  return logits;
}

void expect_near(const std::vector<double>& expected, const auto& found, double absolute,
                 double relative, const std::string& what) {
  ASSERT_EQ(static_cast<Index>(expected.size()), found.rows() * found.columns()) << what;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found.data()[i], expected[i], absolute + relative * std::abs(expected[i]))
        << what << " entry " << i;
  }
}

/// Hidden states are stored rounded to float32, logits in double.
template <class T>
void compare(const std::string& model, const char* backend, Index most_tokens, double hidden_bound,
             double logit_bound) {
  const ModelFixture fixture(model);
  const auto classifier = load<T>(fixture.directory);
  Workspace<T> workspace(make_backend<T>(backend));
  Index compared = 0;
  for (Index text = 0; text < fixture.texts(); ++text) {
    const TokenBatch batch = batch_of(fixture, text);
    if (batch.sequences.rows() > most_tokens) continue;
    ++compared;
    Matrix<T> hidden;
    const auto check = [&](Cut cut, const std::string& name) {
      classifier.forward_to(cut, batch, workspace, hidden);
      expect_near(fixture.arrays.values(fixture.key(text, name)), hidden, hidden_bound,
                  hidden_bound, model + " " + name);
    };
    for (const LayerName& layer : layer_names(classifier.config())) {
      check(layer.output, layer.name);
    }
    for (const Cut cut : {Cut::word_embeddings, Cut::embeddings, block_output(0),
                          block_output(classifier.config().blocks - 1)}) {
      expect_near(fixture.arrays.values(fixture.key(text, "logits")),
                  logits_of(classifier, batch, cut, workspace), logit_bound, logit_bound,
                  model + " logits of text " + std::to_string(text));
    }
  }
  EXPECT_GT(compared, 5);
}

class Parity : public ::testing::TestWithParam<std::string> {};

TEST_P(Parity, CpuInFloat) { compare<float>(GetParam(), "cpu", 512, 2e-5, 2e-5); }
TEST_P(Parity, ReferenceInDouble) { compare<double>(GetParam(), "reference", 210, 1e-6, 1e-10); }

INSTANTIATE_TEST_SUITE_P(Models, Parity, ::testing::ValuesIn(testing::model_names),
                         testing::name_of_model);

TEST(Classifier, SequencesOfABatchDoNotSeeEachOther) {
  const ModelFixture fixture("bert");
  const auto classifier = load<float>(fixture.directory);
  Workspace<float> workspace(make_backend<float>("cpu"));
  TokenBatch all;
  for (Index text = 0; text < 8; ++text) all.append(batch_of(fixture, text));
  const Matrix<float> together = logits_of(classifier, all, Cut::embeddings, workspace);
  for (Index text = 0; text < 8; ++text) {
    const auto alone = logits_of(classifier, batch_of(fixture, text), Cut::embeddings, workspace);
    for (Index c = 0; c < alone.columns(); ++c) {
      EXPECT_NEAR(alone(0, c), together(text, c), 1e-6);
    }
  }
}

TEST(Classifier, OldNamesExtraBuffersShardsAndHalfPrecision) {
  const ModelFixture fixture("bert");
  const auto plain = load<float>(fixture.directory);
  Workspace<float> workspace(make_backend<float>("cpu"));
  const TokenBatch batch = batch_of(fixture, 1);
  const auto expected = logits_of(plain, batch, Cut::embeddings, workspace);
  for (const char* variant :
       {"gamma-beta", "position-ids", "sharded", "unaligned", "f64", "f16", "bf16"}) {
    const auto directory =
        testing::fixtures / "models/bert-variants" / ("safetensors-" + std::string(variant));
    const auto classifier = load<float>(directory);
    const auto logits = logits_of(classifier, batch, Cut::embeddings, workspace);
    const bool rounded = std::string_view(variant).ends_with("f16");
    for (Index c = 0; c < logits.columns(); ++c) {
      if (rounded) {
        EXPECT_NEAR(logits(0, c), expected(0, c), 0.05) << variant;
      } else {
        EXPECT_EQ(logits(0, c), expected(0, c)) << variant;
      }
    }
  }
}

TEST(Classifier, IdsOutsideTheTableAreAnError) {
  const ModelFixture fixture("bert");
  const auto classifier = load<float>(fixture.directory);
  Workspace<float> workspace(make_backend<float>("cpu"));
  Matrix<float> hidden;
  for (const std::int32_t id : {-1, 1200, 1 << 30}) {
    TokenBatch batch = batch_of(fixture, 0);
    batch.ids[1] = id;
    EXPECT_THROW(classifier.forward_to(Cut::embeddings, batch, workspace, hidden), UsageError);
  }
  TokenBatch batch = batch_of(fixture, 0);
  batch.positions[2] = 512;
  EXPECT_THROW(classifier.forward_to(Cut::embeddings, batch, workspace, hidden), UsageError);
}

}  // namespace
}  // namespace integrad
