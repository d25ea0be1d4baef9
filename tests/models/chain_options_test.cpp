// Every way to compute the chain right of a cut gives the same logits and derivatives.
#include <gtest/gtest.h>

#include "integrad/compute/reference/reference_backend.h"
#include "integrad/models/classifier.h"
#include "tests/support/random_matrix.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;
using testing::random_matrix;
using testing::relative_difference;

template <class T>
struct Chain {
  explicit Chain(const std::string& model, const char* backend)
      : fixture(model),
        classifier(Classifier<T>::load(read_model_config(ConfigFile::load(fixture.directory)),
                                       WeightFiles::open(fixture.directory))),
        workspace(make_backend<T>(backend, 1)) {
    for (const Index text : {0, 1, 5}) batch.append(batch_of(fixture, text));
  }

  std::vector<Cut> cuts() const {
    std::vector<Cut> cuts{Cut::word_embeddings, Cut::embeddings};
    for (Index k = 0; k < classifier.config().blocks; ++k) cuts.push_back(block_output(k));
    return cuts;
  }

  struct Result {
    Matrix<T> summary, d_activation, d_again;
  };
  /// The derivative of two seeds, one after the other, with respect to the rows at the cut.
  Result run(Cut cut, const ChainOptions& options) {
    Matrix<T> activation, lifted;
    Result result;
    classifier.forward_to(cut, batch, workspace, activation);
    if (options.lifted) {
      lifted.resize(activation.rows(), lifted_columns(classifier.config()));
      classifier.lift(cut, activation, workspace, lifted);
    }
    const Matrix<T>& points = options.lifted ? lifted : activation;
    classifier.forward_from(cut, points, batch, workspace, result.summary, options);
    unsigned seed = 3;
    for (Matrix<T>* d : {&result.d_activation, &result.d_again}) {
      const auto d_summary =
          random_matrix<T>(result.summary.rows(), result.summary.columns(), ++seed);
      Matrix<T> d_points(points.rows(), points.columns());
      classifier.backward_to(cut, d_summary, batch, workspace, d_points);
      d->resize(activation.rows(), activation.columns());
      if (options.lifted) {
        classifier.lift_backward(cut, d_points, workspace, *d);
      } else {
        *d = std::move(d_points);
      }
    }
    return result;
  }

  ModelFixture fixture;
  Classifier<T> classifier;
  Workspace<T> workspace;
  TokenBatch batch;
};

class ChainOptionsTest : public ::testing::TestWithParam<std::string> {};

template <class T>
void compare_savings(const std::string& model, const char* backend, double bound) {
  Chain<T> chain(model, backend);
  for (const Cut cut : chain.cuts()) {
    const auto expected = chain.run(cut, {.only_first_rows = false});
    for (const bool lifted : {false, true}) {
      if (lifted && !chain.classifier.can_lift(cut)) continue;
      for (const bool first : {false, true}) {
        const auto found = chain.run(cut, {.lifted = lifted, .only_first_rows = first});
        EXPECT_LT(relative_difference(found.summary, expected.summary), bound);
        EXPECT_LT(relative_difference(found.d_activation, expected.d_activation), bound);
        EXPECT_LT(relative_difference(found.d_again, expected.d_again), bound);
      }
    }
  }
}

TEST_P(ChainOptionsTest, SavingsInDouble) {
  compare_savings<double>(GetParam(), "reference", 1e-12);
}
TEST_P(ChainOptionsTest, SavingsInFloat) { compare_savings<float>(GetParam(), "cpu", 1e-5); }

TEST_P(ChainOptionsTest, WithoutTracesTheSameBits) {
  Chain<float> chain(GetParam(), "cpu");
  for (const Cut cut : chain.cuts()) {
    for (const bool lifted : {false, true}) {
      if (lifted && !chain.classifier.can_lift(cut)) continue;
      for (const bool first : {false, true}) {
        const auto expected = chain.run(cut, {lifted, first, true});
        const auto found = chain.run(cut, {lifted, first, false});
        EXPECT_EQ(relative_difference(found.summary, expected.summary), 0);
        EXPECT_EQ(relative_difference(found.d_activation, expected.d_activation), 0);
        EXPECT_EQ(relative_difference(found.d_again, expected.d_again), 0);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, ChainOptionsTest, ::testing::ValuesIn(testing::model_names),
                         testing::name_of_model);

TEST(CanLift, WhereABlockReadsTheCut) {
  const Chain<float> chain("bert", "cpu");
  EXPECT_FALSE(chain.classifier.can_lift(Cut::word_embeddings));  // LayerNorm is not affine
  EXPECT_TRUE(chain.classifier.can_lift(Cut::embeddings));
  EXPECT_TRUE(chain.classifier.can_lift(block_output(chain.classifier.config().blocks - 2)));
  EXPECT_FALSE(chain.classifier.can_lift(block_output(chain.classifier.config().blocks - 1)));
}

ModelConfig config_of(const std::string& model) {
  return read_model_config(ConfigFile::load(testing::fixtures / "models" / model));
}

/// Each refusal is shown to be needed: the shortcut would give other numbers.
TEST(Savings, AreOfferedWhereTheyAreExact) {
  struct Offer {
    const char* model;
    bool lift, first;
  };
  for (const Offer& offer : {Offer{"bert", true, true}, Offer{"albert", true, true},
                             Offer{"mpnet", true, true}, Offer{"bert-relative-key", true, true},
                             Offer{"deberta-v3", true, true}, Offer{"modernbert", false, false}}) {
    const ModelConfig config = config_of(offer.model);
    EXPECT_EQ(can_lift(config, Cut::embeddings), offer.lift) << offer.model;
    EXPECT_EQ(can_leave_first(config), offer.first) << offer.model;
  }
}

TEST(Savings, AMeanReadsEveryRow) {
  ModelConfig config = config_of("bert");
  EXPECT_TRUE(can_leave_first(config));
  config.pooling.summary = Summary::mean;
  EXPECT_FALSE(can_leave_first(config));
  // Rows that the shortcut would leave out have a derivative of their own.
  const ModelFixture fixture("bert");
  const auto classifier = Classifier<double>::load(config, WeightFiles::open(fixture.directory));
  Workspace<double> workspace(make_backend<double>("reference"));
  const TokenBatch batch = batch_of(fixture, 1);
  const Cut last = block_output(config.blocks - 1);
  Matrix<double> hidden, summary;
  classifier.forward_to(last, batch, workspace, hidden);
  classifier.forward_from(last, hidden, batch, workspace, summary);
  const auto d_summary = random_matrix<double>(1, summary.columns(), 4);
  Matrix<double> d_hidden(hidden.rows(), hidden.columns());
  classifier.backward_to(last, d_summary, batch, workspace, d_hidden);
  for (Index r = 0; r < hidden.rows(); ++r) {
    EXPECT_EQ(d_hidden(r, 0), d_summary(0, 0) * (1.0 / static_cast<double>(hidden.rows())));
  }
}

/// Between a block that normalises its input and that input there is no affine map: a point half
/// way has other queries than half the sum of the ends' queries.
TEST(Savings, ABlockThatNormalisesItsInputHasNoStraightProjections) {
  const ModelConfig config = config_of("modernbert");
  for (Index k = -1; k < config.blocks; ++k) {
    EXPECT_FALSE(can_lift(config, k < 0 ? Cut::embeddings : block_output(k)));
  }
  ReferenceBackend<double> backend;
  LayerNorm<double> norm(4, 1e-5);
  norm.scale.fill(1);
  const auto ends = random_matrix<double>(2, 4, 1);
  Matrix<double> middle(1, 4), of_ends(2, 4), of_middle(1, 4);
  for (Index c = 0; c < 4; ++c) middle(0, c) = 0.5 * (ends(0, c) + ends(1, c));
  LayerNorm<double>::Trace trace;
  norm.forward(backend, ends, {}, of_ends, trace);
  norm.forward(backend, middle, {}, of_middle, trace);
  EXPECT_GT(std::abs(of_middle(0, 0) - 0.5 * (of_ends(0, 0) + of_ends(1, 0))), 1e-3);
}

}  // namespace
}  // namespace integrad
