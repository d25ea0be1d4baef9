#include "integrad/attribution/adaptive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "integrad/attribution/explainer.h"
#include "integrad/attribution/path.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

/// Several rows: slopes as functions of α, and their integrals from 0.
struct Curve {
  std::vector<std::function<double(double)>> slopes, integrals;

  double value(double alpha) const {
    double sum = 0;
    for (const auto& integral : integrals) sum += integral(alpha);
    return sum;
  }
};

struct Outcome {
  AdaptiveEstimate estimate;
  std::size_t nodes = 0;
  double error = 0;  // true, relative, L2
};

Outcome run(const Curve& curve, const AdaptiveOptions& options) {
  AdaptiveSamples samples;
  Outcome outcome;
  for (std::vector<Index> next = first_places(); !next.empty(); next = outcome.estimate.next) {
    for (const Index place : next) {
      EXPECT_EQ(std::count(samples.places.begin(), samples.places.end(), place), 0);
      const double alpha = static_cast<double>(place) / finest_grid;
      samples.places.push_back(place);
      samples.values.push_back(curve.value(alpha));
      auto& row = samples.slopes.emplace_back();
      for (const auto& slope : curve.slopes) row.push_back(slope(alpha));
    }
    outcome.estimate = estimate(samples, options);
  }
  outcome.nodes = samples.places.size();
  double difference = 0, size = 0;
  for (std::size_t r = 0; r < curve.slopes.size(); ++r) {
    const double exact = curve.integrals[r](1) - curve.integrals[r](0);
    difference += std::pow(outcome.estimate.attributions[r] - exact, 2);
    size += exact * exact;
  }
  outcome.error = std::sqrt(difference / size);
  return outcome;
}

/// A step of this steepness at `middle`, and a slower one against it.
Curve steps(double steepness, double middle) {
  const auto tanh_of = [](double k, double m) {
    return std::pair<std::function<double(double)>, std::function<double(double)>>{
        [=](double a) { return k / std::pow(std::cosh(k * (a - m)), 2); },
        [=](double a) { return std::tanh(k * (a - m)); }};
  };
  const auto fast = tanh_of(steepness, middle), slow = tanh_of(3, 0.6);
  return {{fast.first, [slow](double a) { return -0.3 * slow.first(a); }},
          {fast.second, [slow](double a) { return -0.3 * slow.second(a); }}};
}

TEST(Adaptive, PolynomialsOfDegreeFourAreExactAtOnce) {
  const Curve curve{
      {[](double a) { return 5 * std::pow(a, 4); }, [](double a) { return 1 - 6 * a; }},
      {[](double a) { return std::pow(a, 5); }, [](double a) { return a - 3 * a * a; }}};
  const Outcome outcome = run(curve, {.tolerance = 1e-12});
  EXPECT_EQ(outcome.nodes, first_places().size());
  EXPECT_TRUE(outcome.estimate.converged);
  EXPECT_LT(outcome.error, 1e-13);
}

TEST(Adaptive, StepsAreFoundAndErrorsCovered) {
  for (const double tolerance : {1e-2, 1e-3, 1e-5}) {
    for (const double steepness : {2.0, 8.0, 20.0, 60.0}) {
      for (const double middle : {0.1, 0.37, 0.5, 0.83}) {
        const Outcome outcome = run(steps(steepness, middle), {.tolerance = tolerance});
        const bool too_steep = steepness == 60 && tolerance == 1e-5;  // for the finest grid
        EXPECT_EQ(outcome.estimate.converged, !too_steep);
        EXPECT_LE(outcome.error, tolerance) << steepness << " at " << middle;
        EXPECT_GE(outcome.estimate.relative_error, outcome.error) << steepness << " at " << middle;
        EXPECT_TRUE(outcome.estimate.next.empty());
      }
    }
  }
  // Nodes where the step is, only: evenly spaced ones would have to be 129.
  EXPECT_LT(3 * run(steps(60, 0.37), {.tolerance = 1e-2}).nodes, 129U);
}

TEST(Adaptive, TheMostNodesAreNotExceededAndItIsSaid) {
  const Outcome outcome = run(steps(300, 0.4), {.tolerance = 1e-9, .max_nodes = 21});
  EXPECT_EQ(outcome.nodes, 21U);
  EXPECT_FALSE(outcome.estimate.converged);
  EXPECT_GT(outcome.estimate.relative_error, 1e-9);
  const Outcome jump = run({{[](double a) { return a < 0.3 ? 0.0 : 1.0; }},
                            {[](double a) { return std::max(0.0, a - 0.3); }}},
                           {.tolerance = 1e-9});  // no finer than the grid
  EXPECT_FALSE(jump.estimate.converged);
  EXPECT_LE(jump.nodes, static_cast<std::size_t>(finest_grid) + 1);
}

TEST(Adaptive, NothingAndNoNumbers) {
  const Outcome zero = run({{[](double) { return 0.0; }}, {[](double) { return 0.0; }}}, {});
  EXPECT_TRUE(zero.estimate.converged);
  EXPECT_EQ(zero.estimate.relative_error, 0);
  const Outcome nan = run({{[](double) { return NAN; }}, {[](double) { return 0.0; }}}, {});
  EXPECT_FALSE(nan.estimate.converged);
}

TEST(Adaptive, RoundingIsReportedAndCostsNoNodes) {
  const Curve curve = steps(8, 0.37);
  const Outcome exact = run(curve, {.tolerance = 1e-2});
  const Outcome rough = run(curve, {.tolerance = 1e-2, .rounding = 1e-2});
  EXPECT_TRUE(rough.estimate.converged);
  EXPECT_LE(rough.nodes, exact.nodes);
  EXPECT_GE(rough.estimate.relative_error, 1e-2);
  double squares = 0, size = 0;
  for (std::size_t r = 0; r < rough.estimate.errors.size(); ++r) {
    squares += std::pow(rough.estimate.errors[r], 2);
    size += std::pow(rough.estimate.attributions[r], 2);
  }
  EXPECT_NEAR(std::sqrt(squares / size), rough.estimate.relative_error, 1e-12);

  const Outcome finer = run(curve, {.tolerance = 1e-3, .rounding = 1e-2});
  EXPECT_FALSE(finer.estimate.converged);  // no nodes can help
  EXPECT_LE(finer.nodes, run(curve, {.tolerance = 1e-3}).nodes);
}

TEST(Adaptive, SeveralIntegralsTakeTurns) {
  const std::vector<std::vector<Index>> wanted{{8, 16, 24}, {}, {40, 8, 48}};
  EXPECT_EQ(worst_of_all(wanted, 9), (std::vector<Index>{8, 40, 16, 24, 48}));
  EXPECT_EQ(worst_of_all(wanted, 3), (std::vector<Index>{8, 40, 16}));
  EXPECT_TRUE(worst_of_all(wanted, 0).empty());
}

/// Two outputs of one number, each a step at its own place.
class TwoSteps : public Differentiable<double> {
 public:
  Index outputs() const override { return 2; }
  void forward(const Sequences&, std::span<const Index>, ConstMatrixView<double> values,
               MatrixView<double> outputs) override {
    at_.assign(values.data, values.data + values.rows);
    for (Index p = 0; p < values.rows; ++p) {
      for (Index k = 0; k < 2; ++k)
        outputs(p, k) = std::tanh(steepness * (values(p, 0) - middle(k)));
    }
  }
  void backward(ConstMatrixView<double> d_outputs, MatrixView<double> d_values) override {
    for (Index p = 0; p < d_values.rows; ++p) {
      d_values(p, 0) = 0;
      for (Index k = 0; k < 2; ++k) {
        const double level = std::tanh(steepness * (at_[static_cast<std::size_t>(p)] - middle(k)));
        d_values(p, 0) += d_outputs(p, k) * steepness * (1 - level * level);
      }
    }
  }

 private:
  static constexpr double steepness = 90;
  static double middle(Index k) { return k == 0 ? 0.19 : 0.83; }
  std::vector<double> at_;
};

TEST(Adaptive, TheCapHoldsForAllTargetsOfAPathTogether) {
  TwoSteps function;
  Matrix<double> input(1, 1), baseline(1, 1);
  input(0, 0) = 1;
  baseline(0, 0) = 0;
  const Path<double> path{input.view(), baseline.view()};
  const auto scalar = [](std::span<const double> outputs, Index target, std::span<double> seed) {
    seed[static_cast<std::size_t>(target)] = 1;
    return outputs[static_cast<std::size_t>(target)];
  };
  const auto both = [](Index, std::span<const double>) { return std::vector<Index>{0, 1}; };
  for (const Index most : {10, 12, 15, 18}) {
    SamplingOptions options;
    options.adaptive = {.tolerance = 1e-9, .max_nodes = most};
    const auto samples =
        sample_paths<double>(function, {&path, 1}, QuadratureRule{}, scalar, both, options);
    ASSERT_EQ(samples.front().size(), 2U);
    for (const PathSamples& s : samples.front()) {
      EXPECT_EQ(s.evaluations, most);
      EXPECT_FALSE(s.converged);
    }
  }
}

class AdaptiveExplanations : public ::testing::Test {
 protected:
  AdaptiveExplanations() {
    automatic.method = Quadrature::automatic;
    fine.n_steps = 200;
  }
  static double distance(const Explanation& a, const Explanation& b) {
    double difference = 0, norm = 1e-30;
    for (std::size_t i = 0; i < a.tokens.size(); ++i) {
      difference += std::pow(a.tokens[i].attribution - b.tokens[i].attribution, 2);
      norm += std::pow(b.tokens[i].attribution, 2);
    }
    return std::sqrt(difference / norm);
  }

  TextClassifier classifier = TextClassifier::load(INTEGRAD_MODELS "/imdb-minilm");
  Explainer explainer{classifier};
  ExplainOptions automatic, fine;
  const std::vector<TextInput> texts{
      {"I love you, I like you, but I also kind of dislike you", {}},
      {"", {}},
      {"best movie i've ever seen nothing bad to say about it", {}},
      {"A dull, endless film; only the music is nice. I would not see it again!", {}}};
};

TEST_F(AdaptiveExplanations, AreWithinTheTolerance) {
  const auto exact = explainer.explain(texts, fine);
  Index before = 0;
  for (const double tolerance : {3e-2, 1e-3}) {
    automatic.tolerance = tolerance;
    const auto found = explainer.explain(texts, automatic);
    Index evaluations = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Explanation& e = found[i];
      EXPECT_TRUE(e.converged);
      ASSERT_TRUE(e.relative_error.has_value());
      EXPECT_LE(*e.relative_error, 2 * tolerance);
      EXPECT_LE(distance(e, exact[i]), tolerance) << e.text;
      EXPECT_LE(distance(e, exact[i]), *e.relative_error + 1e-6) << e.text;
      double words = 0, tokens = 0;
      for (const auto& word : e.words) words += word.error.value();
      for (const auto& token : e.tokens) {
        tokens += token.error.value();
        if (token.special) {
          EXPECT_EQ(*token.error, 0);
        }
      }
      EXPECT_NEAR(words, tokens, 1e-12);
      evaluations += e.evaluations;
    }
    EXPECT_GT(evaluations, before);
    before = evaluations;
  }
  EXPECT_FALSE(exact[0].relative_error.has_value());
  EXPECT_FALSE(exact[0].tokens[1].error.has_value());
}

TEST_F(AdaptiveExplanations, BatchIsSingleIsChunked) {
  const auto together = explainer.explain(texts, automatic);
  automatic.internal_batch_size = 3;
  const auto chunked = explainer.explain(texts, automatic);
  automatic.internal_batch_size = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Explanation alone = explainer.explain(texts[i].text, automatic);
    EXPECT_EQ(alone.evaluations, together[i].evaluations);
    EXPECT_LT(distance(alone, together[i]), 1e-5);
    EXPECT_LT(distance(chunked[i], together[i]), 1e-5);
  }
}

TEST_F(AdaptiveExplanations, EveryClassHasItsOwnEstimate) {
  automatic.target = "all";
  const auto both = explainer.explain(std::span(texts).first(1), automatic);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_NEAR(both[0].tokens[3].attribution, -both[1].tokens[3].attribution, 1e-6);
  EXPECT_EQ(both[0].evaluations, both[1].evaluations);
}

TEST_F(AdaptiveExplanations, Bf16TakesNoMorePointsAndSaysWhatItRounds) {
  Explainer rough(classifier, ComputeOptions{.precision = Precision::bf16});
  automatic.tolerance = 1e-2;
  const auto exact = explainer.explain(texts, fine);
  const auto in_f32 = explainer.explain(texts, automatic);
  const auto in_bf16 = rough.explain(texts, automatic);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].text.empty()) continue;
    EXPECT_TRUE(in_bf16[i].converged);
    EXPECT_LE(in_bf16[i].evaluations, in_f32[i].evaluations + 4);
    EXPECT_LE(distance(in_bf16[i], exact[i]), *in_bf16[i].relative_error) << texts[i].text;
  }
  automatic.tolerance = 1e-3;
  const Explanation finer = rough.explain(texts[0].text, automatic);
  EXPECT_FALSE(finer.converged);
  EXPECT_LT(finer.evaluations, 60);
  EXPECT_GE(*finer.relative_error, 1e-2);
}

TEST_F(AdaptiveExplanations, WhatDoesNotConvergeIsSaid) {
  automatic.tolerance = 1e-6;
  automatic.max_steps = 12;
  const Explanation e = explainer.explain(texts[0].text, automatic);
  EXPECT_FALSE(e.converged);
  EXPECT_EQ(e.evaluations, 12);
  EXPECT_GT(*e.relative_error, 1e-6);
  EXPECT_EQ(explainer.settings(automatic).method, "auto");
  EXPECT_EQ(explainer.settings(automatic).n_steps, 12);
}

TEST_F(AdaptiveExplanations, AreWhatIsMadeUnlessARuleIsAskedFor) {
  const ExplainOptions usual;
  EXPECT_EQ(explainer.settings(usual).method, "auto");
  EXPECT_EQ(explainer.explain(texts), explainer.explain(texts, automatic));
  ExplainOptions steps;
  steps.n_steps = 7;
  EXPECT_EQ(explainer.settings(steps).method, "gausslegendre");
  EXPECT_EQ(explainer.explain("so good", steps).evaluations, 7);
  ExplainOptions full;
  full.full_attributions = true;
  EXPECT_EQ(explainer.settings(full).method, "gausslegendre");
  EXPECT_EQ(explainer.settings(full).n_steps, 50);
  ExplainOptions exact = steps;
  exact.head = HeadIntegral::exact;
  EXPECT_EQ(explainer.settings(exact).method, "trapezoid");
}

TEST_F(AdaptiveExplanations, OptionsThatMakeNoSense) {
  const auto refused = [&](const auto& change) {
    ExplainOptions options = automatic;
    change(options);
    EXPECT_THROW(explainer.explain("a", options), UsageError);
  };
  refused([](auto& o) { o.tolerance = 0; });
  refused([](auto& o) { o.tolerance = NAN; });
  refused([](auto& o) { o.max_steps = 8; });
  refused([](auto& o) { o.max_steps = 258; });
  refused([](auto& o) { o.full_attributions = true; });
  refused([](auto& o) { o.n_steps = 20; });
  refused([](auto& o) { o.method = Quadrature::gausslegendre, o.tolerance = 1e-3; });
  refused([](auto& o) { o.method = Quadrature::gausslegendre, o.max_steps = 65; });
}

}  // namespace
}  // namespace integrad
