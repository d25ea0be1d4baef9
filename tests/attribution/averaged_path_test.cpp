// Paths through a head with ReLUs: what is exact stays exact where every rule for the whole jumps.
#include "integrad/attribution/averaged_path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "integrad/attribution/explainer.h"
#include "integrad/attribution/integrate.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

/// Three numbers of a point with two rows of one column: sin(2 x₀) + x₁², x₀ x₁, e^(x₁ − x₀).
class Summary final : public Differentiable<double> {
 public:
  Index outputs() const override { return 3; }
  void forward(const Sequences& points, std::span<const Index>, ConstMatrixView<double> values,
               MatrixView<double> outputs) override {
    forwards += points.count();
    values_ = values;
    for (Index p = 0; p < points.count(); ++p) {
      const double x = values(2 * p, 0), y = values(2 * p + 1, 0);
      outputs(p, 0) = std::sin(2 * x) + y * y;
      outputs(p, 1) = x * y;
      outputs(p, 2) = std::exp(y - x);
    }
  }
  void backward(ConstMatrixView<double> d, MatrixView<double> d_values) override {
    backwards += d.rows;
    for (Index p = 0; p < d.rows; ++p) {
      const double x = values_(2 * p, 0), y = values_(2 * p + 1, 0), e = std::exp(y - x);
      d_values(2 * p, 0) = 2 * std::cos(2 * x) * d(p, 0) + y * d(p, 1) - e * d(p, 2);
      d_values(2 * p + 1, 0) = 2 * y * d(p, 0) + x * d(p, 1) + e * d(p, 2);
    }
  }
  Index forwards = 0, backwards = 0;

 private:
  ConstMatrixView<double> values_;
};

constexpr double thresholds[] = {0.6, 0.2, 1.1}, slopes[] = {1, -2, 0.7};

/// Σ slope · max(0, c − threshold), and twice that.
class Units final : public Head {
 public:
  Index outputs() const override { return 2; }
  void forward(ConstMatrixView<double> summaries, MatrixView<double> outputs) override {
    summaries_.resize(summaries.rows, 3);
    for (Index p = 0; p < summaries.rows; ++p) {
      outputs(p, 0) = 0;
      for (Index c = 0; c < 3; ++c) {
        summaries_(p, c) = summaries(p, c);
        outputs(p, 0) += slopes[c] * std::max(0.0, summaries(p, c) - thresholds[c]);
      }
      outputs(p, 1) = 2 * outputs(p, 0);
    }
  }
  void backward(ConstMatrixView<double> d, MatrixView<double> d_summaries) override {
    for (Index p = 0; p < d.rows; ++p) {
      for (Index c = 0; c < 3; ++c) {
        const bool on = summaries_(p, c) > thresholds[c];
        d_summaries(p, c) = on ? slopes[c] * (d(p, 0) + 2 * d(p, 1)) : 0;
      }
    }
  }

 private:
  Matrix<double> summaries_;
};

/// Both behind one another, for the rules that sample all.
class Whole final : public Differentiable<double> {
 public:
  Index outputs() const override { return 2; }
  void forward(const Sequences& points, std::span<const Index> paths,
               ConstMatrixView<double> values, MatrixView<double> outputs) override {
    between_.resize(points.count(), 3);
    summary_.forward(points, paths, values, between_);
    units_.forward(between_, outputs);
  }
  void backward(ConstMatrixView<double> d, MatrixView<double> d_values) override {
    units_.backward(d, between_);
    summary_.backward(between_, d_values);
  }

 private:
  Summary summary_;
  Units units_;
  Matrix<double> between_;
};

class AveragedPath : public ::testing::Test {
 protected:
  AveragedPath() {
    input(0, 0) = 1.3;
    input(1, 0) = 0.9;
    baseline(0, 0) = -0.2;
    baseline(1, 0) = 0.1;
    other(0, 0) = 0.5;
    other(1, 0) = 1.2;
    paths = {{input.view(), baseline.view()}, {other.view(), baseline.view()}};
  }
  using Samples = std::vector<std::vector<PathSamples>>;

  Samples averaged(Index nodes, const SamplingOptions& options = {}) {
    PointBuffers<double> buffers;
    return sample_with_averaged_head<double>(summary, units, paths, nodes, scalar, choose, options,
                                             buffers);
  }
  Samples sampled(const QuadratureRule& rule) {
    Whole whole;
    return sample_paths<double>(whole, paths, rule, scalar, choose, {});
  }
  static double error(const PathSamples& a, const PathSamples& b) {
    double sum = 0;
    for (std::size_t r = 0; r < 2; ++r) {
      sum += std::pow(a.weighted_slopes[r] - b.weighted_slopes[r], 2);
    }
    return std::sqrt(sum);
  }

  Matrix<double> input{2, 1}, baseline{2, 1}, other{2, 1};
  std::vector<Path<double>> paths;
  Summary summary;
  Units units;
  ScalarOfOutputs scalar = [](std::span<const double> outputs, Index target,
                              std::span<double> seed) {
    const auto t = static_cast<std::size_t>(target);
    std::fill(seed.begin(), seed.end(), 0.0);
    seed[t] = 1;
    return outputs[t];
  };
  ChooseTargets choose = [](Index path, std::span<const double>) {
    return path == 0 ? std::vector<Index>{0, 1} : std::vector<Index>{1};
  };
};

TEST_F(AveragedPath, FewNodesAreExactWhereUnitsSwitch) {
  const auto exact = sampled(make_quadrature(Quadrature::riemann_middle, 200'000));
  const auto nodes = averaged(17);
  const auto rule = sampled(make_quadrature(Quadrature::gausslegendre, 50));
  ASSERT_EQ(nodes[0].size(), 2U);
  ASSERT_EQ(nodes[1].size(), 1U);
  EXPECT_EQ(nodes[1][0].target, 1);
  for (std::size_t p = 0; p < 2; ++p) {
    for (std::size_t k = 0; k < nodes[p].size(); ++k) {
      const auto& scores = exact[p][k].weighted_slopes;
      EXPECT_LT(error(nodes[p][k], exact[p][k]), 1e-3 * std::hypot(scores[0], scores[1]));
      EXPECT_LT(5 * error(nodes[p][k], exact[p][k]), error(rule[p][k], exact[p][k]));
      EXPECT_NEAR(nodes[p][k].value, exact[p][k].value, 1e-12);
      EXPECT_NEAR(nodes[p][k].baseline_value, exact[p][k].baseline_value, 1e-12);
      EXPECT_EQ(nodes[p][k].evaluations, 17);
    }
  }
}

TEST_F(AveragedPath, NothingButRoundingDependsOnChunks) {
  const auto together = averaged(9);
  EXPECT_EQ(summary.forwards, 18);  // all nodes of both paths at once: no second forward
  EXPECT_EQ(summary.backwards, 2 * 18);
  for (const Index points : {1, 4, 7, 11}) {
    SamplingOptions options;
    options.points_per_chunk = points;
    const auto apart = averaged(9, options);
    for (std::size_t p = 0; p < 2; ++p) {
      for (std::size_t k = 0; k < together[p].size(); ++k) {
        EXPECT_LT(error(apart[p][k], together[p][k]), 1e-13);
      }
    }
  }
}

TEST_F(AveragedPath, GradientsOfColumnsAddUpToTheRows) {
  SamplingOptions options;
  options.mean_gradient = true;
  const auto found = averaged(17, options);
  for (Index r = 0; r < 2; ++r) {
    const double difference = input(r, 0) - baseline(r, 0);
    EXPECT_NEAR(found[0][1].mean_gradient(r, 0) * difference,
                found[0][1].weighted_slopes[static_cast<std::size_t>(r)], 1e-12);
  }
}

TEST_F(AveragedPath, HalvesDistancesUntilTheErrorIsSmall) {
  const auto exact = sampled(make_quadrature(Quadrature::riemann_middle, 200'000));
  for (const double tolerance : {1e-2, 1e-3}) {
    SamplingOptions options;
    options.adaptive = AdaptiveOptions{.tolerance = tolerance};
    const auto found = averaged(0, options);
    for (std::size_t p = 0; p < 2; ++p) {
      const PathSamples& s = found[p][0];
      const double size = std::hypot(s.weighted_slopes[0], s.weighted_slopes[1]);
      EXPECT_TRUE(s.converged);
      EXPECT_LE(error(s, exact[p][0]), tolerance * size);
      EXPECT_LE(error(s, exact[p][0]), s.relative_error * size);
      ASSERT_EQ(s.errors.size(), 2U);
      EXPECT_GT(s.errors[0], 0);
    }
  }
  // A cap below what would be wanted is kept, and told.
  SamplingOptions options;
  options.adaptive = AdaptiveOptions{.tolerance = 1e-6, .max_nodes = 60};
  for (const auto& of_path : averaged(0, options)) {
    EXPECT_EQ(of_path[0].evaluations, 33);
    EXPECT_FALSE(of_path[0].converged);
  }
}

TEST_F(AveragedPath, NothingToExplainTakesNoGradients) {
  choose = [](Index, std::span<const double>) { return std::vector<Index>{}; };
  const auto found = averaged(9);
  EXPECT_TRUE(found[0].empty() && found[1].empty());
  EXPECT_EQ(summary.backwards, 0);
}

TEST(ExactHead, OfARealNetworkAgreesWithManyPoints) {
  for (const char* name : {"distilbert", "distilbert-5", "bert", "roberta"}) {
    const TextClassifier classifier = TextClassifier::load(testing::fixtures / "models" / name);
    Explainer explainer(classifier);
    ExplainOptions many;
    many.method = Quadrature::riemann_middle;
    many.n_steps = 4000;
    ExplainOptions exact;
    exact.method = Quadrature::trapezoid;
    exact.head = HeadIntegral::exact;
    exact.n_steps = 33;
    ExplainOptions automatic;
    automatic.method = Quadrature::automatic;
    const std::string text = "the cat sat on the mat";
    const Explanation truth = explainer.explain(text, many);
    const bool jumps = std::string(name).starts_with("distilbert");
    EXPECT_EQ(explainer.settings(automatic).head, jumps ? "exact" : "sampled");
    for (const ExplainOptions& options : {exact, automatic}) {
      const Explanation found = explainer.explain(text, options);
      double squares = 0, size = 0;
      for (std::size_t t = 0; t < truth.tokens.size(); ++t) {
        const double score = truth.tokens[t].attribution;
        squares += std::pow(found.tokens[t].attribution - score, 2);
        size += score * score;
      }
      const bool fixed = !adapts(options);
      EXPECT_LT(std::sqrt(squares / size), fixed ? 1.5e-3 : 1e-2) << name;
      EXPECT_LT(std::abs(found.delta), fixed ? 1e-3 : 1e-2) << name;
    }
  }
}

TEST(ExactHead, RefusesWhatItIsNotFor) {
  const TextClassifier classifier =
      TextClassifier::load(testing::fixtures / "models" / "distilbert");
  Explainer explainer(classifier);
  ExplainOptions options;
  options.head = HeadIntegral::exact;
  options.method = Quadrature::gausslegendre;
  EXPECT_THROW(explainer.explain("a text", options), UsageError);
  options.method = Quadrature::trapezoid;
  options.n_steps = 4;
  EXPECT_THROW(explainer.explain("a text", options), UsageError);
  options.n_steps = 9;
  options.long_texts = LongTexts::windows;
  EXPECT_THROW(explainer.explain("a text", options), UsageError);
  options.long_texts = LongTexts::truncate;
  options.full_attributions = true;
  EXPECT_EQ(explainer.explain("a text", options).evaluations, 9);
  EXPECT_THROW(parse_head_integral("average"), UsageError);
  for (const HeadIntegral head :
       {HeadIntegral::automatic, HeadIntegral::sampled, HeadIntegral::exact}) {
    EXPECT_EQ(parse_head_integral(to_string(head)), head);
  }
}

}  // namespace
}  // namespace integrad
