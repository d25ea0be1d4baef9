// Long texts in windows: which tokens a window reads, and attributions of one function of them all.
#include "integrad/attribution/windows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/attribution/explainer.h"
#include "integrad/attribution/memory_plan.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

const std::string review =
    "A long film about a long war. The first hour is wonderful, the cast is great and the music "
    "stays with you; but then nothing happens for what feels like days. I would not see it again.";

ExplainOptions windows_of(Index window, Index stride, Index n_steps = 20) {
  ExplainOptions options;
  options.long_texts = LongTexts::windows;
  options.window = window;
  options.stride = stride;
  options.n_steps = n_steps;
  return options;
}

double sum(const Explanation& e) {
  double total = 0;
  for (const auto& token : e.tokens) total += token.attribution;
  return total;
}

TEST(Windows, AreThoseOfTransformers) {
  const Tokenizer tokenizer = Tokenizer::load(testing::fixtures / "models/bert");
  nlohmann::json expected;
  std::ifstream(testing::fixtures / "windows.json") >> expected;
  Index compared = 0;
  for (const auto& c : expected["cases"]) {
    const std::string text = c["text"];
    const Encoding encoding = c["pair"].is_null()
                                  ? tokenizer.encode(text)
                                  : tokenizer.encode_pair(text, c["pair"].get<std::string>());
    const auto windows =
        split_into_windows(encoding, {c["window"].get<Index>(), c["stride"].get<Index>()});
    ASSERT_EQ(windows.size(), c["ids"].size()) << c["window"] << " " << c["stride"];
    for (std::size_t w = 0; w < windows.size(); ++w, ++compared) {
      std::vector<std::int32_t> ids, types;
      for (const Index token : windows[w].tokens) {
        ids.push_back(encoding.ids[static_cast<std::size_t>(token)]);
        types.push_back(encoding.type_ids[static_cast<std::size_t>(token)]);
      }
      EXPECT_EQ(ids, c["ids"][w].get<std::vector<std::int32_t>>());
      EXPECT_EQ(types, c["types"][w].get<std::vector<std::int32_t>>());
    }
  }
  EXPECT_GT(compared, 100);
}

TEST(Windows, SizesThatMakeNoSense) {
  const Tokenizer tokenizer = Tokenizer::load(testing::fixtures / "models/bert");
  const Encoding encoding = tokenizer.encode(review);
  EXPECT_THROW(split_into_windows(encoding, {2, 0}), UsageError);
  EXPECT_THROW(split_into_windows(encoding, {10, 8}), UsageError);
  EXPECT_THROW(split_into_windows(encoding, {10, -1}), UsageError);
  EXPECT_NO_THROW(split_into_windows(encoding, {10, 7}));
  EXPECT_THROW(parse_long_texts("stretch"), UsageError);
  const auto classifier = TextClassifier::load(testing::fixtures / "models/bert");
  EXPECT_THROW(Explainer(classifier).explain(review, windows_of(513, 0)), UsageError);
}

TEST(Windows, OfPairsLeaveHalfToTheLongerText) {
  const Tokenizer tokenizer = Tokenizer::load(testing::fixtures / "models/bert");
  const Encoding encoding = tokenizer.encode_pair(review, review + " " + review);
  const auto windows = split_into_windows(encoding, {23, {}});
  for (const Window& window : windows) {
    Index first = 0, second = 0;
    for (const Index token : window.tokens) {
      if (encoding.special[static_cast<std::size_t>(token)] != 0) continue;
      ++(encoding.segments[static_cast<std::size_t>(token)] == 0 ? first : second);
    }
    EXPECT_EQ(first, 10);
    EXPECT_LE(second, 10);
    EXPECT_EQ(window.last_token - window.first_token, second);
  }
}

class WindowsTest : public ::testing::Test {
 protected:
  TextClassifier classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer{classifier};
};

TEST_F(WindowsTest, AShortTextIsExplainedAsEver) {
  const std::vector<TextInput> texts{{"I love you, I like you", {}},
                                     {"Everything is so nice about you", "but the film is bad."},
                                     {"", {}}};
  for (const char* layer : {"word_embeddings", "embeddings", "layer.0"}) {
    ExplainOptions plain;
    plain.layer = layer;
    plain.target = "all";
    ExplainOptions windows = plain;
    windows.long_texts = LongTexts::windows;
    EXPECT_EQ(explainer.explain(texts, windows), explainer.explain(texts, plain)) << layer;
  }
}

TEST_F(WindowsTest, TheDocumentIsTheMeanOfItsWindows) {
  const Explanation e = explainer.explain(review, windows_of(16, 4));
  ASSERT_GT(e.windows.size(), 3U);
  for (std::size_t c = 0; c < e.logits.size(); ++c) {
    double mean = 0;
    for (const TextWindow& window : e.windows) mean += window.logits[c];
    EXPECT_NEAR(e.logits[c], mean / static_cast<double>(e.windows.size()), 2e-6);
  }
  // Each window alone, as its own text: the same logits.
  for (const TextWindow& window : e.windows) {
    const auto first = static_cast<std::size_t>(window.first_token);
    const auto last = static_cast<std::size_t>(window.last_token) - 1;
    const std::string part = review.substr(static_cast<std::size_t>(e.tokens[first].start),
                                           static_cast<std::size_t>(e.tokens[last].end) -
                                               static_cast<std::size_t>(e.tokens[first].start));
    if (e.tokens[first].token.starts_with("##")) continue;  // tokenised differently by itself
    const std::vector<TextInput> alone{{part, {}}};
    const Prediction prediction = explainer.predict(alone).front();
    for (std::size_t c = 0; c < e.logits.size(); ++c) {
      EXPECT_NEAR(prediction.logits[c], window.logits[c], 2e-6) << part;
      EXPECT_NEAR(prediction.probabilities[c], window.probabilities[c], 2e-6) << part;
    }
  }
  const std::vector<TextInput> texts{{review, {}}, {"good", {}}};
  const auto predictions = explainer.predict(texts, windows_of(16, 4));
  EXPECT_EQ(predictions[0].windows.size(), e.windows.size());
  EXPECT_TRUE(predictions[1].windows.empty());
  for (std::size_t c = 0; c < e.logits.size(); ++c) {
    EXPECT_NEAR(predictions[0].logits[c], e.logits[c], 2e-6);
  }
}

TEST_F(WindowsTest, AttributionsOfTheWholeDocumentAddUp) {
  for (const Score score : {Score::probability, Score::log_odds, Score::logit}) {
    for (const char* layer : {"embeddings", "layer.0"}) {
      for (const char* baseline : {"pad", "zero", "text:a short one"}) {
        ExplainOptions options = windows_of(16, 4, 50);
        options.score = score;
        options.layer = layer;
        options.baseline = baseline;
        const Explanation e = explainer.explain(review, options);
        double words = 0;
        for (const auto& word : e.words) words += word.attribution;
        EXPECT_NEAR(sum(e), words, 1e-12);
        EXPECT_NEAR(sum(e) - (e.value - e.baseline_value), e.delta, 1e-12);
        EXPECT_LE(std::abs(e.delta), 1e-5) << layer << " " << baseline;
        EXPECT_EQ(e.truncated_tokens, 0);
      }
    }
  }
}

/// The score of a document where each window's embeddings are moved, in double, straight through
/// the network: no chunks, no lifting, no derivative.
class Document {
 public:
  Document(const TextClassifier& exact, const PreparedText& text, Score score, Index target)
      : network_(std::get<Classifier<double>>(exact.network())),
        text_(text),
        score_(score),
        target_(target),
        workspace_(make_backend<double>("reference", 1)) {
    network_.forward_to(Cut::embeddings, text.path.input, workspace_, input_);
    network_.forward_to(Cut::embeddings, text.path.baseline, workspace_, baseline_);
  }

  /// F at x' + α (x − x'), and h (x − x') further where a row belongs to `token`.
  double at(double alpha, Index token, double h) {
    Matrix<double> point(input_.rows(), input_.columns()), summary;
    for (Index r = 0; r < point.rows(); ++r) {
      const double a = alpha + (text_.rows[static_cast<std::size_t>(r)] == token ? h : 0);
      for (Index c = 0; c < point.columns(); ++c) {
        point(r, c) = baseline_(r, c) + a * (input_(r, c) - baseline_(r, c));
      }
    }
    const TokenBatch& batch = text_.path.input;
    const Index classes = network_.config().classes();
    network_.forward_from(Cut::embeddings, point.view(), batch, workspace_, summary);
    Matrix<double> logits(batch.sequences.count(), classes);
    network_.head().forward(*workspace_.backend, summary, logits, workspace_.head);
    std::vector<double> mean(static_cast<std::size_t>(classes)), seed(mean.size());
    for (Index w = 0; w < logits.rows(); ++w) {
      for (Index c = 0; c < classes; ++c) {
        mean[static_cast<std::size_t>(c)] += logits(w, c) / static_cast<double>(logits.rows());
      }
    }
    return evaluate_score(score_, link_of(network_.config()), mean, target_, seed);
  }

 private:
  const Classifier<double>& network_;
  const PreparedText& text_;
  Score score_;
  Index target_;
  Workspace<double> workspace_;
  Matrix<double> input_, baseline_;
};

void compare_with_differences(const char* model, Score score, const TextInput& input,
                              Index window) {
  const auto exact = TextClassifier::load(testing::fixtures / "models" / model, "reference");
  const auto fast = TextClassifier::load(testing::fixtures / "models" / model);
  ExplainOptions options = windows_of(window, 3, 6);
  options.score = score;
  options.target = "1";
  PreparedText text = prepare(input, exact, options);
  ASSERT_GT(text.path.input.sequences.count(), 2);
  add_baseline(text, Baseline::parse("pad"), options.baseline_positions, Cut::embeddings, exact);
  Document document(exact, text, score, 1);
  const Explanation in_double = Explainer(exact).explain(std::span(&input, 1), options).front();
  const Explanation in_float = Explainer(fast).explain(std::span(&input, 1), options).front();
  const QuadratureRule rule = make_quadrature(method_of(options), n_steps_of(options));
  constexpr double h = 1e-5;
  double largest = 0;
  for (Index t = 0; t < static_cast<Index>(text.tokens.size()); ++t) {
    double attribution = 0;
    for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
      attribution += rule.weights[i] *
                     (document.at(rule.nodes[i], t, h) - document.at(rule.nodes[i], t, -h)) /
                     (2 * h);
    }
    const auto token = static_cast<std::size_t>(t);
    EXPECT_NEAR(in_double.tokens[token].attribution, attribution, 1e-8) << model << " " << t;
    EXPECT_NEAR(in_float.tokens[token].attribution, attribution, 1e-6) << model << " " << t;
    largest = std::max(largest, std::abs(attribution));
  }
  EXPECT_GT(largest, 1e-4);  // there was something to compare
  EXPECT_NEAR(in_double.value, document.at(1, -1, 0), 1e-12);
  EXPECT_NEAR(in_double.baseline_value, document.at(0, -1, 0), 1e-12);
}

TEST(WindowsReference, DifferencesOfTheWholeDocument) {
  const std::string text = review.substr(0, 95);
  compare_with_differences("bert", Score::probability, {text, {}}, 12);
  compare_with_differences("bert", Score::log_odds, {text, {}}, 12);
  compare_with_differences("bert-multilabel", Score::probability, {text, {}}, 12);
  compare_with_differences("bert", Score::probability, {"Is it good?", text}, 18);
}

/// A limit that holds the points of a document of these lengths, but not all its windows at once.
Index limit_for_windows(const ModelConfig& config, const ExplainOptions& options,
                        const Lengths& lengths) {
  MemoryNeeds needs{.config = config, .cut = Cut::embeddings};
  needs.chain.lifted = true;
  needs.nodes = n_steps_of(options);
  needs.full_attributions = true;
  const Index used = group_cost(needs).of(1, lengths.total) + fixed_bytes(needs, lengths.longest);
  const Index windows = lengths.total / lengths.shortest + 1;
  const Index limit = used + point_cost(needs).of(windows, lengths.total) +
                      network_cost(needs).of(windows, lengths.total / 2);
  const ChunkPlan plan = plan_chunks(needs, limit, used, lengths);
  EXPECT_LT(plan.rows, lengths.longest_path);
  EXPECT_EQ(plan.point_rows, lengths.longest_path);
  return limit;
}

TEST_F(WindowsTest, MemoryLimitsAndNeighboursChangeNothing) {
  std::string longer;
  for (int i = 0; i < 20; ++i) longer += review + " ";
  const std::vector<TextInput> texts{{review, {}}, {"good", {}}, {longer, {}}, {review, {}}};
  ExplainOptions options = windows_of(20, 5, 4);
  options.full_attributions = true;
  std::vector<ExplanationResult> expected;
  explainer.explain(texts, options,
                    [&](ExplanationResult&& r) { expected.push_back(std::move(r)); });
  ASSERT_EQ(expected.size(), 4U);
  Lengths lengths;
  lengths.add_path(prepare(texts[2], classifier, options).path.input.sequences);
  ASSERT_GT(lengths.longest_path, 1000);
  options.memory_limit = limit_for_windows(classifier.config(), options, lengths);
  Explainer one_thread(classifier, {.threads = 1});
  std::size_t i = 0;
  one_thread.explain(texts, options, [&](ExplanationResult&& r) {
    EXPECT_EQ(r.explanation, expected[i].explanation) << i;
    const Matrix<float>&a = r.full_attributions, &b = expected[i].full_attributions;
    ASSERT_EQ(a.rows(), b.rows());
    for (Index k = 0; k < a.rows() * a.columns(); ++k) ASSERT_EQ(a.data()[k], b.data()[k]);
    ++i;
  });
  EXPECT_EQ(i, 4U);
  options.memory_limit = Index{1} << 18;
  EXPECT_THROW(one_thread.explain(texts, options), UsageError);
}

TEST_F(WindowsTest, ProgressIsToldInTexts) {
  const std::vector<TextInput> texts{{review, {}}, {"good", {}}, {review, {}}};
  ExplainOptions options = windows_of(16, 4, 4);
  Index told = 0;
  options.on_progress = [&](Index count) { told += count; };
  explainer.predict(texts, options);
  EXPECT_EQ(told, 3);
  told = 0;
  explainer.explain(texts, options);
  EXPECT_EQ(told, 3 * (4 + 2));
}

TEST_F(WindowsTest, MaxLengthCutsTheDocument) {
  ExplainOptions options = windows_of(16, 4, 2);
  options.max_length = 30;
  const Explanation e = explainer.explain(review, options);
  EXPECT_EQ(e.tokens.size(), 30U);
  EXPECT_GT(e.truncated_tokens, 0);
  EXPECT_EQ(e.windows.back().last_token, 29);
}

}  // namespace
}  // namespace integrad
