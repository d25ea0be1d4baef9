// Saliency, input × gradient, SmoothGrad, VarGrad and occlusion: closed forms, chunks, and what
// they say of a classifier.
#include "integrad/attribution/around_input.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

using testing::random_matrix;

/// F = Σ a x^power / power over all entries of a point; two outputs, of which the second is 2 F.
class Powers final : public Differentiable<double> {
 public:
  Powers(const Matrix<double>& factors, int power) : factors_(factors), power_(power) {}
  Index outputs() const override { return 2; }
  void forward(const Sequences& points, std::span<const Index>, ConstMatrixView<double> values,
               MatrixView<double> outputs) override {
    points_ = points;
    values_ = values;
    for (Index p = 0; p < points.count(); ++p) {
      double sum = 0;
      for (Index r = 0; r < points.length(p); ++r) {
        for (Index c = 0; c < values.columns; ++c) {
          sum += factors_(r, c) * std::pow(values(points.start(p) + r, c), power_) / power_;
        }
      }
      outputs(p, 0) = sum;
      outputs(p, 1) = 2 * sum;
    }
  }
  void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_values) override {
    for (Index p = 0; p < points_.count(); ++p) {
      const double seed = d_outputs(p, 0) + 2 * d_outputs(p, 1);
      for (Index r = 0; r < points_.length(p); ++r) {
        const Index row = points_.start(p) + r;
        for (Index c = 0; c < d_values.columns; ++c) {
          d_values(row, c) = seed * factors_(r, c) * std::pow(values_(row, c), power_ - 1);
        }
      }
    }
  }

 private:
  const Matrix<double>& factors_;
  int power_;
  Sequences points_;
  ConstMatrixView<double> values_;
};

constexpr Index rows = 3, columns = 5;

struct AroundInput : ::testing::Test {
  std::vector<double> scores(Algorithm algorithm, int power, Index points = 50, Index target = 0,
                             Index rows_per_chunk = 7) {
    Powers function(factors, power);
    const Path<double> path{input, baseline};
    const auto pick = [](std::span<const double> outputs, Index k, std::span<double> seed) {
      seed[static_cast<std::size_t>(k)] = 1;
      return outputs[static_cast<std::size_t>(k)];
    };
    const auto choose = [&](Index, std::span<const double>) { return std::vector<Index>{target}; };
    SamplingOptions options;
    options.rows_per_chunk = rows_per_chunk;
    PointBuffers<double> buffers;
    const auto samples = sample_around<double>(function, {&path, 1}, pick, choose,
                                               {algorithm, points, 0.5, 3}, options, buffers);
    evaluations = samples[0][0].evaluations;
    return samples[0][0].weighted_slopes;
  }

  Matrix<double> factors = random_matrix<double>(rows, columns, 1);
  Matrix<double> input = random_matrix<double>(rows, columns, 2);
  Matrix<double> baseline = random_matrix<double>(rows, columns, 3);
  Index evaluations = 0;
};

TEST_F(AroundInput, GradientsAtTheInputInClosedForm) {
  const auto saliency = scores(Algorithm::saliency, 2);
  EXPECT_EQ(evaluations, 1);
  const auto of_second = scores(Algorithm::saliency, 2, 50, 1);
  const auto product = scores(Algorithm::input_x_gradient, 2);
  for (Index r = 0; r < rows; ++r) {
    double squares = 0, products = 0;
    for (Index c = 0; c < columns; ++c) {
      squares += std::pow(factors(r, c) * input(r, c), 2);
      products += factors(r, c) * input(r, c) * input(r, c);
    }
    const auto i = static_cast<std::size_t>(r);
    EXPECT_NEAR(saliency[i], std::sqrt(squares), 1e-14);
    EXPECT_NEAR(of_second[i], 2 * std::sqrt(squares), 1e-14);
    EXPECT_NEAR(product[i], products, 1e-14);
  }
}

TEST_F(AroundInput, NoiseChangesNothingOfALinearFunction) {
  const auto smooth = scores(Algorithm::smooth_grad, 1);
  EXPECT_EQ(evaluations, 50);
  const auto variance = scores(Algorithm::var_grad, 1);
  for (Index r = 0; r < rows; ++r) {
    double squares = 0;
    for (Index c = 0; c < columns; ++c) squares += std::pow(factors(r, c), 2);
    EXPECT_NEAR(smooth[static_cast<std::size_t>(r)], std::sqrt(squares), 1e-14);
    EXPECT_NEAR(variance[static_cast<std::size_t>(r)], 0, 1e-13);
  }
}

TEST_F(AroundInput, NoiseHasTheDeviationThatIsAskedFor) {
  constexpr Index points = 20000;
  const auto smooth = scores(Algorithm::smooth_grad, 2, points);
  const auto variance = scores(Algorithm::var_grad, 2, points);
  const auto saliency = scores(Algorithm::saliency, 2);
  double sum = 0, squares = 0;
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      sum += input(r, c) / (rows * columns);
      squares += input(r, c) * input(r, c) / (rows * columns);
    }
  }
  const double noise_variance = 0.25 * (squares - sum * sum);
  for (Index r = 0; r < rows; ++r) {
    double expected = 0;
    for (Index c = 0; c < columns; ++c) expected += std::pow(factors(r, c), 2) * noise_variance;
    const auto i = static_cast<std::size_t>(r);
    EXPECT_NEAR(variance[i], expected, 0.05 * expected);
    EXPECT_NEAR(smooth[i], saliency[i], 0.05 * saliency[i]);
  }
}

TEST_F(AroundInput, OcclusionTakesRowsFromTheBaseline) {
  std::copy_n(input.row(1), columns, baseline.row(1));
  const auto occluded = scores(Algorithm::occlusion, 3);
  EXPECT_EQ(evaluations, 2);  // the row that does not change is not asked about
  EXPECT_EQ(occluded[1], 0.0);
  for (const Index r : {Index{0}, Index{2}}) {
    double expected = 0;
    for (Index c = 0; c < columns; ++c) {
      expected += factors(r, c) * (std::pow(input(r, c), 3) - std::pow(baseline(r, c), 3)) / 3;
    }
    EXPECT_NEAR(occluded[static_cast<std::size_t>(r)], expected, 1e-14);
  }
}

TEST_F(AroundInput, ChunksChangeNothing) {
  for (const Algorithm algorithm :
       {Algorithm::saliency, Algorithm::input_x_gradient, Algorithm::smooth_grad,
        Algorithm::var_grad, Algorithm::occlusion}) {
    EXPECT_EQ(scores(algorithm, 3, 20, 0, 1), scores(algorithm, 3, 20, 0, 1000))
        << to_string(algorithm);
  }
}

TEST(Algorithms, HaveNames) {
  for (const Algorithm algorithm : all_algorithms) {
    EXPECT_EQ(parse_algorithm(to_string(algorithm)), algorithm);
  }
  try {
    parse_algorithm("lime");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("input_x_gradient"), std::string::npos);
  }
}

class AlgorithmsOfAClassifier : public ::testing::Test {
 protected:
  ExplainOptions with(Algorithm algorithm, const char* layer = "embeddings") const {
    ExplainOptions options;
    options.algorithm = algorithm;
    options.layer = layer;
    return options;
  }

  TextClassifier classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer{classifier};
  const std::vector<TextInput> texts{
      {"the cat sat on the mat", {}}, {"a film that i love", "a book"}, {"", {}}};
};

TEST_F(AlgorithmsOfAClassifier, GiveTheSameAloneAndTogether) {
  for (const Algorithm algorithm : all_algorithms) {
    for (const char* layer : {"word_embeddings", "embeddings", "layer.1"}) {
      const auto together = explainer.explain(texts, with(algorithm, layer));
      ASSERT_EQ(together.size(), texts.size());
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto alone = explainer.explain({&texts[i], 1}, with(algorithm, layer)).front();
        EXPECT_EQ(together[i].algorithm, algorithm);
        for (std::size_t t = 0; t < alone.tokens.size(); ++t) {
          EXPECT_EQ(together[i].tokens[t].attribution, alone.tokens[t].attribution)
              << to_string(algorithm) << " " << layer;
        }
      }
    }
  }
}

TEST_F(AlgorithmsOfAClassifier, OcclusionIsTheDropOfTheProbability) {
  const auto explanation = explainer.explain({texts.data(), 1}, with(Algorithm::occlusion)).front();
  TokenInput whole;
  for (const auto& token : explanation.tokens) whole.ids.push_back(token.id);
  whole.type_ids.assign(whole.ids.size(), 0);
  for (std::size_t t = 0; t < whole.ids.size(); ++t) {
    if (explanation.tokens[t].special) {
      EXPECT_EQ(explanation.tokens[t].attribution, 0.0);
      continue;
    }
    TokenInput without = whole;
    without.ids[t] = *classifier.tokenizer().special_tokens().pad;
    const std::vector<TokenInput> both{whole, without};
    const Matrix<double> logits = explainer.logits(both);
    const auto probability = [&](Index row) {
      const std::vector<double> of_row(logits.row(row), logits.row(row) + logits.columns());
      return probabilities_of(of_row,
                              Link::softmax)[static_cast<std::size_t>(explanation.target_id)];
    };
    EXPECT_NEAR(explanation.tokens[t].attribution, probability(0) - probability(1), 1e-6);
  }
}

TEST_F(AlgorithmsOfAClassifier, RandomPointsOfThePathApproachTheIntegral) {
  const auto integral = explainer.explain(texts[0].text, {});
  ExplainOptions options = with(Algorithm::gradient_shap);
  const auto distance = [&](Index points, std::uint64_t seed) {
    options.n_steps = points;
    options.seed = seed;
    const auto sampled = explainer.explain(texts[0].text, options);
    EXPECT_EQ(sampled.evaluations, points);
    double difference = 0, size = 0;
    for (std::size_t t = 0; t < sampled.tokens.size(); ++t) {
      difference += std::pow(sampled.tokens[t].attribution - integral.tokens[t].attribution, 2);
      size += std::pow(integral.tokens[t].attribution, 2);
    }
    return std::sqrt(difference / size);
  };
  EXPECT_LT(distance(200, 1), 0.02);
  EXPECT_LT(distance(200, 2), distance(4, 2));
  EXPECT_NE(distance(4, 1), distance(4, 2));
}

TEST_F(AlgorithmsOfAClassifier, RefuseWhatIsOfIntegralsAlone) {
  ExplainOptions options = with(Algorithm::saliency);
  options.method = Quadrature::automatic;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
  options = with(Algorithm::saliency);
  options.full_attributions = true;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
  options = with(Algorithm::saliency);
  options.tolerance = 1e-3;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
  options = with(Algorithm::smooth_grad);
  options.n_steps = 0;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
  options.n_steps = 5;
  options.noise = -1;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
}

TEST_F(AlgorithmsOfAClassifier, SayWhatTheyWereMadeWith) {
  const auto saliency = explainer.settings(with(Algorithm::saliency));
  EXPECT_EQ(saliency.algorithm, "saliency");
  EXPECT_EQ(saliency.method, "");
  EXPECT_EQ(saliency.n_steps, 0);
  EXPECT_FALSE(saliency.seed);
  const auto smooth = explainer.settings(with(Algorithm::smooth_grad));
  EXPECT_EQ(smooth.n_steps, 50);
  EXPECT_EQ(smooth.noise, 0.15);
  EXPECT_EQ(smooth.seed, 1);
}

TEST(RandomRule, HasOneNodeInEachPart) {
  const QuadratureRule rule = random_rule(10, 7);
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    EXPECT_GE(rule.nodes[i], static_cast<double>(i) / 10);
    EXPECT_LT(rule.nodes[i], static_cast<double>(i + 1) / 10);
  }
  EXPECT_NEAR(std::accumulate(rule.weights.begin(), rule.weights.end(), 0.0), 1, 1e-15);
  EXPECT_NE(random_rule(10, 8).nodes, rule.nodes);
  EXPECT_THROW(random_rule(0, 1), UsageError);
}

}  // namespace
}  // namespace integrad
