// Integrated gradients of the tiny models against Captum and PyTorch in double, entry for entry:
// every rule, layer, baseline and target that the fixtures hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

using testing::ModelFixture;

/// One column of the fixtures: "embeddings.prob.gausslegendre50".
struct Column {
  std::string key;
  ExplainOptions options;
};

bool is_regression(const ModelFixture& fixture) {
  return fixture.directory.filename() == "bert-regression";
}

/// The runs that a fixture holds; "exact" is compared elsewhere.
std::vector<Column> runs_of(const ModelFixture& fixture) {
  const std::regex pattern(R"(t0\.ig\.((.+)\.(prob|logit|prob_class(\d+))\.([a-z_]+)(\d+))\.sum)");
  std::vector<Column> runs;
  for (const std::string& name : fixture.arrays.names()) {
    std::smatch match;
    if (!std::regex_match(name, match, pattern)) continue;
    // The fixtures put a sigmoid on a regression's value; here, as in transformers, it is the
    // value.
    if (is_regression(fixture) && match[3] != "logit") continue;
    Column run{match[1], {}};
    constexpr std::string_view keep = "_keep_positions";
    run.options.layer = match[2];
    if (run.options.layer.ends_with(keep)) {
      run.options.layer.resize(run.options.layer.size() - keep.size());
      run.options.baseline_positions = BaselinePositions::input;
    }
    run.options.score = match[3] == "logit" ? Score::logit : Score::probability;
    if (match[4].matched) run.options.target = match[4].str();
    run.options.method = parse_quadrature(match[5].str());
    run.options.n_steps = std::stoi(match[6]);
    runs.push_back(run);
  }
  return runs;
}

std::vector<TextInput> texts_of(const ModelFixture& fixture) {
  std::vector<TextInput> texts;
  for (const auto& text : fixture.manifest["texts"]) {
    TextInput& input = texts.emplace_back();
    input.text = text["text"];
    if (!text["pair"].is_null()) input.text_pair = text["pair"].get<std::string>();
  }
  return texts;
}

struct Bounds {
  double relative;  // of the largest entry
  double absolute;
  double norm;  // relative L2
  double logits;
  double probability;
};
constexpr Bounds float32{5e-5, 5e-6, 5e-5, 2e-5, 5e-6};  // the fixtures' tolerance_float32
constexpr Bounds float64{1e-10, 1e-12, 1e-10, 1e-10, 1e-10};

void compare_scores(const std::vector<double>& expected, const Explanation& found,
                    const Bounds& bounds, const std::string& what) {
  ASSERT_EQ(expected.size(), found.tokens.size()) << what;
  double largest = 0, squares = 0, error = 0;
  for (const double e : expected) {
    largest = std::max(largest, std::abs(e));
    squares += e * e;
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = found.tokens[i].attribution - expected[i];
    EXPECT_LE(std::abs(difference), bounds.relative * largest + bounds.absolute)
        << what << " token " << i;
    error += difference * difference;
  }
  EXPECT_LE(std::sqrt(error), bounds.norm * std::sqrt(squares) + 1e-12) << what;
}

void compare_prediction(const ModelFixture& fixture, Index t, const Explanation& found,
                        const Bounds& bounds) {
  const auto logits = fixture.arrays.values(fixture.key(t, "logits"));
  const auto probabilities =
      is_regression(fixture) ? logits : fixture.arrays.values(fixture.key(t, "probabilities"));
  for (std::size_t c = 0; c < logits.size(); ++c) {
    EXPECT_NEAR(found.logits[c], logits[c], bounds.logits * (1 + std::abs(logits[c])));
    EXPECT_NEAR(found.probabilities[c], probabilities[c], bounds.probability);
  }
  const auto& text = fixture.manifest["texts"][static_cast<std::size_t>(t)];
  EXPECT_EQ(found.predicted, text["label"]);
  if (is_regression(fixture)) return;
  EXPECT_NEAR(found.probabilities[static_cast<std::size_t>(found.predicted_id)],
              text["probability"].get<double>(), bounds.probability);
}

/// Runs every column of the fixture whose node count is at most `most_steps`.
Index compare_all(const std::string& model, const char* backend, const Bounds& bounds,
                  Index most_steps, std::size_t most_texts) {
  const ModelFixture fixture(model);
  const auto classifier = TextClassifier::load(fixture.directory, backend);
  Explainer explainer(classifier);
  std::vector<TextInput> texts = texts_of(fixture);
  texts.resize(std::min(texts.size(), most_texts));
  Index compared = 0;
  for (const Column& run : runs_of(fixture)) {
    if (run.options.n_steps > most_steps) continue;
    const auto explanations = explainer.explain(texts, run.options);
    for (std::size_t t = 0; t < texts.size(); ++t) {
      const std::string key = fixture.key(static_cast<Index>(t), "ig." + run.key);
      const Explanation& found = explanations[t];
      compare_prediction(fixture, static_cast<Index>(t), found, bounds);
      if (!fixture.arrays.contains(key + ".sum")) continue;  // long texts hold fewer columns
      compare_scores(fixture.arrays.values(key + ".sum"), found, bounds, model + " " + key);
      const double delta = fixture.arrays.values(key + ".delta")[0];
      EXPECT_NEAR(found.delta, delta, 10 * bounds.absolute) << key;
      ++compared;
    }
  }
  return compared;
}

class AttributionParity : public ::testing::TestWithParam<std::string> {};

TEST_P(AttributionParity, CpuInFloat) {
  const bool values_only = GetParam() == "bert-regression";
  EXPECT_GT(compare_all(GetParam(), "cpu", float32, 50, 4), values_only ? 3 : 40);
}

TEST_P(AttributionParity, CpuInFloatAllTexts) {
  const bool values_only = GetParam() == "bert-regression";
  EXPECT_GT(compare_all(GetParam(), "cpu", float32, 512, 100), values_only ? 10 : 100);
}

TEST_P(AttributionParity, ReferenceInDouble) {
  const bool values_only = GetParam() == "bert-regression";
  EXPECT_GT(compare_all(GetParam(), "reference", float64, 50, 4), values_only ? 3 : 40);
}

INSTANTIATE_TEST_SUITE_P(Models, AttributionParity, ::testing::ValuesIn(testing::model_names),
                         testing::name_of_model);

TEST(Parity, SmoothModelsCloseTheGapWithManyNodes) {
  for (const char* model : {"bert", "bert-gelu-new", "bert-multilabel", "bert-regression"}) {
    const ModelFixture fixture(model);
    const auto classifier = TextClassifier::load(fixture.directory);
    Explainer explainer(classifier);
    ExplainOptions options;
    options.n_steps = 512;
    for (const Explanation& e : explainer.explain(texts_of(fixture), options)) {
      EXPECT_LE(std::abs(e.delta), 1e-5) << model << ": " << e.text.substr(0, 40);
    }
  }
}

TEST(Parity, ReluHeadApproachesTheExactIntegral) {
  // Its integrand jumps: 512 Gauss nodes are within 1.1e-3 of completeness (fixtures), and so is
  // the distance to the integral taken piece by piece.
  const ModelFixture fixture("distilbert");
  const auto classifier = TextClassifier::load(fixture.directory);
  Explainer explainer(classifier);
  ExplainOptions options;
  options.n_steps = 512;
  std::vector<TextInput> texts = texts_of(fixture);
  texts.resize(8);
  const auto explanations = explainer.explain(texts, options);
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const auto exact =
        fixture.arrays.values(fixture.key(static_cast<Index>(t), "ig.embeddings.prob.exact.sum"));
    double total = 0, expected = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      EXPECT_NEAR(explanations[t].tokens[i].attribution, exact[i], 2e-3);
      total += explanations[t].tokens[i].attribution;
      expected += exact[i];
    }
    EXPECT_NEAR(total, expected, 1.2e-3);
  }
}

TEST(Parity, FullAttributions) {
  for (const std::string& model : testing::model_names) {
    const ModelFixture fixture(model);
    const auto classifier = TextClassifier::load(fixture.directory);
    Explainer explainer(classifier);
    for (const Column& run : runs_of(fixture)) {
      if (!fixture.arrays.contains("t0.ig." + run.key + ".attr")) continue;
      ExplainOptions options = run.options;
      options.full_attributions = true;
      std::vector<TextInput> texts = texts_of(fixture);
      texts.resize(3);
      explainer.explain(texts, options, [&](ExplanationResult&& result) {
        const std::string key = fixture.key(result.text_index, "ig." + run.key + ".attr");
        if (result.text_index > 0 && !fixture.arrays.contains(key)) return;  // kept of a few texts
        const auto expected = fixture.arrays.values(key);
        double largest = 0;
        for (const double e : expected) largest = std::max(largest, std::abs(e));
        ASSERT_EQ(static_cast<Index>(expected.size()),
                  result.full_attributions.rows() * result.full_attributions.columns());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          ASSERT_NEAR(result.full_attributions.data()[i], expected[i], 5e-5 * largest + 5e-6)
              << model << " " << run.key;
        }
      });
    }
  }
}

/// Code points before a byte of a UTF-8 text: the fixtures count those.
Index code_points_before(const std::string& text, Index byte) {
  return std::count_if(text.begin(), text.begin() + byte,
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

TEST(Parity, TokensIdsAndOffsets) {
  for (const std::string& model : testing::model_names) {
    const ModelFixture fixture(model);
    const auto classifier = TextClassifier::load(fixture.directory);
    Explainer explainer(classifier);
    ExplainOptions options;
    options.n_steps = 2;
    const auto explanations = explainer.explain(texts_of(fixture), options);
    for (std::size_t t = 0; t < explanations.size(); ++t) {
      const auto index = static_cast<Index>(t);
      const auto ids = fixture.arrays.integers(fixture.key(index, "input_ids"));
      const auto words = fixture.arrays.integers(fixture.key(index, "word_ids"));
      const auto offsets = fixture.arrays.integers(fixture.key(index, "offsets"));
      const auto& pieces = fixture.manifest["texts"][t]["tokens"];
      const Explanation& e = explanations[t];
      ASSERT_EQ(e.tokens.size(), ids.size());
      for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(e.tokens[i].id, ids[i]);
        EXPECT_EQ(e.tokens[i].token, pieces[i]);
        EXPECT_EQ(e.tokens[i].word.value_or(-1), words[i]);
        const std::string& text = e.tokens[i].segment == 0 ? e.text : *e.text_pair;
        EXPECT_EQ(code_points_before(text, e.tokens[i].start), offsets[2 * i]);
        EXPECT_EQ(code_points_before(text, e.tokens[i].end), offsets[2 * i + 1]);
      }
    }
  }
}

}  // namespace
}  // namespace integrad
