// Against what alibi itself computed (TensorFlow, float32, padded to 40 tokens).
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

struct AlibiRun {
  const char* name;
  Quadrature method = Quadrature::gausslegendre;
  Index steps = 10;
  const char* layer = "embeddings";
  const char* target = "predicted";
};

constexpr AlibiRun runs[] = {
    {"gausslegendre50", Quadrature::gausslegendre, 50},
    {"riemann_left50", Quadrature::riemann_left, 50},
    {"riemann_right50", Quadrature::riemann_right, 50},
    {"riemann_middle50", Quadrature::riemann_middle, 50},
    {"riemann_trapezoid50", Quadrature::riemann_trapezoid, 50},
    {"gausslegendre10"},
    {"layer0_output", Quadrature::gausslegendre, 10, "layer.0"},
    {"target_int0", Quadrature::gausslegendre, 10, "embeddings", "0"},
};

class Alibi : public ::testing::TestWithParam<std::string> {};

TEST_P(Alibi, PaddedBatchesGiveTheSameScores) {
  const testing::ReferenceArrays arrays(testing::fixtures / "alibi" / GetParam() /
                                        "alibi.safetensors");
  const auto classifier = TextClassifier::load(testing::fixtures / "models" / GetParam());
  Explainer explainer(classifier);
  const auto shape = arrays.shape("X");
  const auto ids = arrays.integers("X"), mask = arrays.integers("attention_mask");
  std::vector<TokenInput> inputs;
  const auto width = static_cast<std::size_t>(shape[1]);
  for (Index i = 0; i < shape[0]; ++i) {
    const auto first = static_cast<std::ptrdiff_t>(i * shape[1]);
    TokenInput& input = inputs.emplace_back();
    input.ids.assign(ids.begin() + first, ids.begin() + first + shape[1]);
    input.attention_mask.assign(mask.begin() + first, mask.begin() + first + shape[1]);
  }
  Index compared = 0;
  for (const AlibiRun& run : runs) {
    if (!arrays.contains(std::string(run.name) + ".sum")) continue;
    const auto sums = arrays.values(std::string(run.name) + ".sum");
    const auto deltas = arrays.values(std::string(run.name) + ".deltas");
    double largest = 0;
    for (const double s : sums) largest = std::max(largest, std::abs(s));
    ExplainOptions options;
    options.method = run.method;
    options.n_steps = run.steps;
    options.layer = run.layer;
    options.target = run.target;
    explainer.explain_ids(inputs, options, [&](ExplanationResult&& result) {
      const auto row = static_cast<std::size_t>(result.text_index);
      const Explanation& e = result.explanation;
      ASSERT_EQ(e.tokens.size(), width);
      for (std::size_t t = 0; t < width; ++t) {
        EXPECT_NEAR(e.tokens[t].attribution, sums[row * width + t], 1e-4 * largest) << run.name;
        if (inputs[row].attention_mask[t] == 0) {
          EXPECT_EQ(e.tokens[t].attribution, 0.0);  // padding
        }
      }
      EXPECT_NEAR(e.delta, deltas[row], 1e-4) << run.name;
      ++compared;
    });
  }
  EXPECT_GE(compared, 35);
}

INSTANTIATE_TEST_SUITE_P(Models, Alibi, ::testing::Values("bert", "distilbert"));

}  // namespace
}  // namespace integrad
