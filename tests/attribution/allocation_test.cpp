// Nothing allocates in the steady state, and memory is what was planned. An executable of its own,
// which counts every operator new.
#include <gtest/gtest.h>

#include "integrad/attribution/classifier_function.h"
#include "integrad/attribution/explainer.h"
#include "integrad/attribution/memory_plan.h"
#include "integrad/base/error.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/random_matrix.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::allocations;
using testing::batch_of;
using testing::live_bytes;
using testing::ModelFixture;
using testing::peak_bytes;
using testing::random_matrix;

constexpr std::array<Precision, 2> precisions{Precision::f32, Precision::automatic};

/// Cuts and ways to compute behind them.
struct Way {
  Cut cut;
  ChainOptions options;
};

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const Cut cut : {Cut::word_embeddings, Cut::embeddings, block_output(0), block_output(1)}) {
    for (const bool lifted : {false, true}) {
      if (lifted && cut == Cut::word_embeddings) continue;
      for (const bool keep_traces : {true, false}) {
        all.push_back({cut, {lifted, true, keep_traces}});
        all.push_back({cut, {lifted, false, keep_traces}});
      }
    }
  }
  return all;
}

/// Of one kind of attention each.
constexpr std::array<const char*, 2> models{"bert", "deberta-v3"};

std::string name(const Way& way) {
  return "cut " + std::to_string(static_cast<int>(way.cut)) +
         (way.options.lifted ? " lifted" : "") +
         (way.options.only_first_rows ? " only first rows" : "") +
         (way.options.keep_traces ? " traces" : " again");
}

/// A path of one text through a classifier, as the engine lays it out.
struct Setting {
  Setting(const Way& way_, const char* model, Precision precision = Precision::f32)
      : way(way_), fixture(model), workspace(make_backend<float>("cpu", 1, precision)) {
    const Index length = batch.sequences.rows(), hidden = classifier.config().hidden_size;
    const Index columns = way.options.lifted ? 4 * hidden : hidden;
    input = random_matrix<float>(length, columns, 1, 0.5);
    baseline = random_matrix<float>(length, columns, 2, 0.5);
  }

  /// Samples with as many rows a chunk; returns operator new's calls at the end of each chunk.
  std::vector<std::size_t> sample(Index nodes, Index rows_per_chunk) {
    const Path<float> path{input, baseline};
    ClassifierFunction<float> function(classifier, way.cut, std::span(&batch, 1), workspace,
                                       way.options);
    std::vector<std::size_t> counts;
    counts.reserve(static_cast<std::size_t>(nodes) + 2);
    SamplingOptions options;
    options.rows_per_chunk = rows_per_chunk;
    options.on_progress = [&](Index) { counts.push_back(allocations()); };
    sample_paths<float>(
        function, std::span(&path, 1), make_quadrature(Quadrature::gausslegendre, nodes),
        [](std::span<const double> logits, Index target, std::span<double> seed) {
          return evaluate_score(Score::probability, Link::softmax, logits, target, seed);
        },
        [](Index, std::span<const double>) { return std::vector<Index>{0}; }, options);
    return counts;
  }

  Way way;
  ModelFixture fixture;
  Classifier<float> classifier = Classifier<float>::load(
      read_model_config(ConfigFile::load(fixture.directory)), WeightFiles::open(fixture.directory));
  Workspace<float> workspace;
  TokenBatch batch = batch_of(fixture, 5);
  Matrix<float> input, baseline;
};

class SteadyState : public ::testing::TestWithParam<const char*> {};
class PlannedMemory : public ::testing::TestWithParam<const char*> {};

TEST_P(SteadyState, ForwardAndBackwardAllocateNothing) {
  for (const Precision precision : precisions) {
    for (const Way& way : ways()) {
      Setting s(way, GetParam(), precision);
      Matrix<float> summary, logits(1, s.classifier.config().classes());
      Matrix<float> d_summary(1, s.input.columns() / (way.options.lifted ? 4 : 1));
      Matrix<float> d_input(s.input.rows(), s.input.columns());
      const auto pass = [&] {
        s.classifier.forward_from(way.cut, s.input, s.batch, s.workspace, summary, way.options);
        s.classifier.head().forward(*s.workspace.backend, summary, logits, s.workspace.head);
        s.classifier.head().backward(*s.workspace.backend, s.workspace.head, logits, d_summary);
        s.classifier.backward_to(way.cut, d_summary, s.batch, s.workspace, d_input);
      };
      pass();
      const std::size_t before = allocations();
      pass();
      EXPECT_EQ(allocations() - before, 0U) << name(way);
    }
  }
}

TEST_P(SteadyState, ChunksOfAPathAllocateNothing) {
  for (const Way& way : ways()) {
    Setting s(way, GetParam());
    // The ends, then 16 points in chunks of 4; the first of these finds everything too small.
    const auto counts = s.sample(16, 4 * s.batch.sequences.rows());
    ASSERT_EQ(counts.size(), 5U);
    for (std::size_t chunk = 2; chunk < counts.size(); ++chunk) {
      EXPECT_EQ(counts[chunk] - counts[chunk - 1], 0U) << name(way) << ", chunk " << chunk;
    }
  }
}

/// What forward_to, sampling in one chunk and its backward hold at their peak, against the plan.
TEST_P(PlannedMemory, IsRightWithinAThird) {
  for (const Precision precision : precisions) {
    for (const Way& way : ways()) {
      Setting s(way, GetParam(), precision);
      constexpr Index points = 64;
      const Index length = s.batch.sequences.rows();
      const MemoryNeeds needs{.config = s.classifier.config(),
                              .cut = way.cut,
                              .chain = way.options,
                              .nodes = points - 2};
      TokenBatch many;
      for (Index i = 0; i < points; ++i) many.append(s.batch);
      const auto before = live_bytes();
      testing::reset_peak();
      Matrix<float> hidden;
      s.classifier.forward_to(way.cut, many, s.workspace, hidden);
      s.sample(points - 2, points * length);
      const double real = static_cast<double>(peak_bytes() - before);
      const auto planned = static_cast<double>(chunk_cost(needs).of(points, points * length) +
                                               fixed_bytes(needs, length));
      EXPECT_LE(real, planned) << name(way) << " " << to_string(precision);
      EXPECT_LE(planned, 1.3 * real) << name(way);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SteadyState, ::testing::ValuesIn(models));
INSTANTIATE_TEST_SUITE_P(Models, PlannedMemory, ::testing::ValuesIn(models));

/// The whole of an Explainer, many texts and much of everything, stays under its limit or says that
/// it cannot.
TEST(Memory, ExplainerStaysUnderTheLimit) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  std::string longest;
  for (int i = 0; i < 60; ++i) longest += "bad film ";
  std::vector<TextInput> texts;
  for (int i = 0; i < 24; ++i) {
    texts.push_back({i % 4 == 0 ? longest : "Everything is so nice about you", {}});
  }
  struct Case {
    Index nodes;  // 0: adaptive
    std::span<const TextInput> texts;
  };
  const std::span<const TextInput> all = texts;
  const std::array<Case, 4> cases{
      {{5, all}, {100, all.first(2)}, {10000, all.subspan(1, 1)}, {0, all}}};
  int refused = 0;
  for (const Index kibibytes : {1152, 1536, 65536}) {
    for (const bool full : {false, true}) {
      for (const Case& c : cases) {
        Explainer explainer(classifier, {.threads = 1});
        ExplainOptions options;
        options.memory_limit = kibibytes << 10;
        if (c.nodes > 0) options.n_steps = c.nodes;
        options.full_attributions = full && c.nodes > 0;
        options.target = "all";
        if (c.nodes == 0) {
          options.method = Quadrature::automatic;
          options.tolerance = 1e-5;
          options.max_steps = 65;
        }
        const auto before = live_bytes();
        testing::reset_peak();
        try {
          explainer.explain(c.texts, options, [](ExplanationResult&&) {});
        } catch (const UsageError&) {
          ++refused;
        }
        EXPECT_LE(peak_bytes() - before, options.memory_limit)
            << kibibytes << " KiB, " << c.nodes << " nodes" << (full ? ", full" : "");
      }
    }
  }
  EXPECT_GT(refused, 0);  // the limits were tight
  EXPECT_LT(refused, 12);
}

/// A smaller limit on the same Explainer gives memory back.
TEST(Memory, ASmallerLimitHoldsAfterALargerOne) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer(classifier, {.threads = 1});
  const std::vector<TextInput> texts(20, {"Everything is so nice about you", {}});
  const auto before = live_bytes();
  ExplainOptions options;
  explainer.explain(texts, options, [](ExplanationResult&&) {});
  EXPECT_GT(live_bytes() - before, Index{1} << 20);
  options.memory_limit = Index{1} << 20;
  explainer.explain(texts, options, [](ExplanationResult&&) {});
  EXPECT_LE(live_bytes() - before, options.memory_limit);
}

/// A long document in windows stays under its limit, whether its windows fit at once or not.
TEST(Memory, DocumentsInWindowsStayUnderTheLimit) {
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  std::string document;
  for (int i = 0; i < 1000; ++i) document += "bad film ";
  const std::vector<TextInput> texts{{document, {}}, {"good", {}}};
  int refused = 0;
  for (const Index mebibytes : {2, 8, 10, 14, 64}) {
    for (const bool full : {false, true}) {
      Explainer explainer(classifier, {.threads = 1});
      ExplainOptions options;
      options.long_texts = LongTexts::windows;
      options.window = 64;
      options.n_steps = 3;
      options.full_attributions = full;
      options.memory_limit = mebibytes << 20;
      const auto before = live_bytes();
      testing::reset_peak();
      try {
        explainer.explain(texts, options, [](ExplanationResult&&) {});
      } catch (const UsageError&) {
        ++refused;
      }
      EXPECT_LE(peak_bytes() - before, options.memory_limit)
          << mebibytes << " MiB" << (full ? ", full" : "");
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 6);
}

}  // namespace
}  // namespace integrad
