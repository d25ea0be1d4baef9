// Gradients of the predicted class's probability at the input against PyTorch, on both backends.
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/classifier_function.h"
#include "integrad/attribution/score.h"
#include "integrad/attribution/target.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;

/// d probability / d hidden states at the cut, (tokens × hidden).
template <class T>
Matrix<T> gradient(const Classifier<T>& classifier, Cut cut, const TokenBatch& batch,
                   Workspace<T>& workspace) {
  Matrix<T> hidden;
  classifier.forward_to(cut, batch, workspace, hidden);
  ClassifierFunction<T> function(classifier, cut, std::span(&batch, 1), workspace);
  const auto classes = static_cast<std::size_t>(function.outputs());
  Matrix<double> logits(1, function.outputs()), seed(1, function.outputs());
  const Index path = 0;
  function.forward(batch.sequences, std::span(&path, 1), hidden, logits);
  const std::span<const double> outputs(logits.data(), classes);
  // The fixtures put a sigmoid on a regression's value, too.
  const Link link = classes == 1 ? Link::sigmoid : link_of(classifier.config());
  evaluate_score(Score::probability, link, outputs, largest(outputs),
                 std::span(seed.data(), classes));
  Matrix<T> d_hidden(hidden.rows(), hidden.columns());
  function.backward(seed, d_hidden);
  return d_hidden;
}

template <class T>
void compare(const std::string& model, const char* backend, double relative_bound) {
  const ModelFixture fixture(model);
  const auto classifier = Classifier<T>::load(
      read_model_config(ConfigFile::load(fixture.directory)), WeightFiles::open(fixture.directory));
  Workspace<T> workspace(make_backend<T>(backend));
  Index compared = 0;
  for (Index text = 0; text < fixture.texts(); ++text) {
    for (const auto& [point, cut] :
         {std::pair{"embeddings", Cut::embeddings}, {"word_embeddings", Cut::word_embeddings}}) {
      const std::string key = fixture.key(text, "grad." + std::string(point) + ".prob");
      if (!fixture.arrays.contains(key)) continue;
      const std::vector<double> expected = fixture.arrays.values(key);
      const Matrix<T> found = gradient(classifier, cut, batch_of(fixture, text), workspace);
      ASSERT_EQ(static_cast<Index>(expected.size()), found.rows() * found.columns());
      double largest_entry = 0;
      for (const double e : expected) largest_entry = std::max(largest_entry, std::abs(e));
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(found.data()[i], expected[i], relative_bound * largest_entry)
            << model << " " << key << " entry " << i;
      }
      ++compared;
    }
  }
  EXPECT_GE(compared, 16);
}

class GradientParity : public ::testing::TestWithParam<std::string> {};

TEST_P(GradientParity, CpuInFloat) { compare<float>(GetParam(), "cpu", 5e-5); }
// Stored rounded to float32.
TEST_P(GradientParity, ReferenceInDouble) { compare<double>(GetParam(), "reference", 1e-6); }

INSTANTIATE_TEST_SUITE_P(Models, GradientParity, ::testing::ValuesIn(testing::model_names),
                         testing::name_of_model);

}  // namespace
}  // namespace integrad
