// The promises of the main door: completeness, batches, chunks, padding, targets, limits.
#include "integrad/attribution/explainer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

const std::vector<TextInput> texts{
    {"I love you, I like you", {}},
    {"", {}},
    {"This movie was terrible ... the worst acting I have ever seen!!! (Why?) 3.14/10", {}},
    {"Everything is so nice about you", "but the film is bad, really."},
    {"Café naïve 😀 ☃ 東京", {}},
    {"a", {}},
};

class ExplainerTest : public ::testing::Test {
 protected:
  TextClassifier classifier = TextClassifier::load(testing::fixtures / "models/bert");
  Explainer explainer{classifier};
};

double sum(const Explanation& e) {
  double total = 0;
  for (const auto& token : e.tokens) total += token.attribution;
  return total;
}

/// Relative L2 distance of the token scores.
double distance(const Explanation& a, const Explanation& b) {
  double difference = 0, norm = 1e-30;
  for (std::size_t i = 0; i < a.tokens.size(); ++i) {
    difference += std::pow(a.tokens[i].attribution - b.tokens[i].attribution, 2);
    norm += std::pow(b.tokens[i].attribution, 2);
  }
  return std::sqrt(difference / norm);
}

TEST_F(ExplainerTest, CompletenessAtEveryGranularity) {
  ExplainOptions options;
  options.n_steps = 50;
  for (const Explanation& e : explainer.explain(texts, options)) {
    double words = 0, sentences = 0;
    for (const auto& word : e.words) words += word.attribution;
    for (const auto& sentence : e.sentences) sentences += sentence.attribution;
    EXPECT_NEAR(sum(e), words, 1e-14);
    EXPECT_NEAR(sum(e), sentences, 1e-14);
    EXPECT_NEAR(sum(e) - (e.value - e.baseline_value), e.delta, 1e-14);
    EXPECT_LT(std::abs(e.delta), 1e-5);
    EXPECT_EQ(e.evaluations, 50);
    EXPECT_EQ(e.value, e.probabilities[static_cast<std::size_t>(e.target_id)]);
  }
}

TEST_F(ExplainerTest, SpecialTokensGetExactlyZeroAtTheEmbeddings) {
  for (const char* baseline : {"pad", "mask", "unk", "zero"}) {
    for (const char* layer : {"embeddings", "word_embeddings"}) {
      ExplainOptions options;
      options.baseline = baseline;
      options.layer = layer;
      for (const Explanation& e : explainer.explain(texts, options)) {
        for (const auto& token : e.tokens) {
          if (token.special || token.token == "[UNK]") {
            EXPECT_EQ(token.attribution, 0.0);
          }
        }
      }
    }
  }
}

TEST_F(ExplainerTest, AloneAndInABatch) {
  const auto together = explainer.explain(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = explainer.explain(std::span(&texts[i], 1));
    EXPECT_LE(distance(alone[0], together[i]), 1e-6) << texts[i].text;
    EXPECT_NEAR(alone[0].value, together[i].value, 1e-6);
  }
}

TEST_F(ExplainerTest, ChunksAndMemoryLimitsChangeNothing) {
  const auto expected = explainer.explain(texts);
  for (const Index batch : {1, 3, 7}) {
    ExplainOptions options;
    options.internal_batch_size = batch;
    const auto found = explainer.explain(texts, options);
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_LE(distance(found[i], expected[i]), 1e-6);
  }
  Explainer one_thread(classifier, {.threads = 1});  // each thread takes memory of its own
  ExplainOptions options;
  options.memory_limit = Index{600} << 10;
  const auto found = one_thread.explain(texts, options);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_LE(distance(found[i], expected[i]), 1e-6);
  options.memory_limit = Index{1} << 12;
  EXPECT_THROW(explainer.explain(texts, options), UsageError);
}

TEST_F(ExplainerTest, SameInputSameBits) {
  EXPECT_EQ(explainer.explain(texts), explainer.explain(texts));
  Explainer another(classifier);
  EXPECT_EQ(explainer.explain(texts), another.explain(texts));
}

TEST_F(ExplainerTest, PaddingChangesNothing) {
  const Encoding encoding = classifier.tokenizer().encode(texts[2].text);
  TokenInput plain{encoding.ids, {}, encoding.type_ids};
  TokenInput padded = plain;
  padded.attention_mask.assign(plain.ids.size(), 1);
  for (int i = 0; i < 30; ++i) {
    padded.ids.push_back(*classifier.tokenizer().special_tokens().pad);
    padded.type_ids.push_back(0);
    padded.attention_mask.push_back(0);
  }
  std::vector<Explanation> found;
  explainer.explain_ids(std::vector{plain, padded}, {}, [&](ExplanationResult&& result) {
    found.push_back(std::move(result.explanation));
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].logits, found[1].logits);
  EXPECT_EQ(found[1].tokens.size(), plain.ids.size() + 30);
  for (std::size_t i = 0; i < found[1].tokens.size(); ++i) {
    const double expected = i < plain.ids.size() ? found[0].tokens[i].attribution : 0.0;
    EXPECT_EQ(found[1].tokens[i].attribution, expected);
  }
}

TEST_F(ExplainerTest, TokenInputsThatMakeNoSense) {
  const auto explain = [&](TokenInput input) {
    explainer.explain_ids(std::span(&input, 1), {}, [](ExplanationResult&&) {});
  };
  EXPECT_THROW(explain({}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {0, 1, 1}, {}}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {1, 1}, {}}), UsageError);
  EXPECT_THROW(explain({{2, 99999, 3}, {}, {}}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {}, {0, 7, 0}}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {}, {}, {2, 3}}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {}, {}, {2, 99999, 3}}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {}, {}, {}, 99}), UsageError);
  EXPECT_THROW(explain({{2, 5, 3}, {}, {}, {}, -1}), UsageError);
  EXPECT_THROW(explain({std::vector<std::int32_t>(513, 5), {}, {}}), UsageError);
}

TEST_F(ExplainerTest, TokensWithABaselineAndATargetOfTheirOwn) {
  const auto encoding = classifier.tokenizer().encode(texts[0].text);
  std::vector<std::int32_t> masks = encoding.ids;
  const auto& special = classifier.tokenizer().special_tokens();
  for (std::size_t i = 1; i + 1 < masks.size(); ++i) masks[i] = *special.mask;
  ExplainOptions options;
  options.baseline = "mask";
  const auto predicted = explainer.predict(texts)[0].predicted_id;
  const Index other = (predicted + 1) % classifier.config().classes();
  options.target = std::to_string(other);
  const Explanation expected = explainer.explain(texts[0].text, options);

  const std::vector<TokenInput> inputs{{encoding.ids, {}, encoding.type_ids, masks, other},
                                       {encoding.ids, {}, encoding.type_ids}};
  std::vector<Explanation> found;
  explainer.explain_ids(inputs, {}, [&](ExplanationResult&& result) {
    found.push_back(std::move(result.explanation));
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target_id, other);
  EXPECT_LT(distance(found[0], expected), 1e-6);
  EXPECT_EQ(found[1].target_id, predicted);
  EXPECT_LT(distance(found[1], explainer.explain(texts[0].text)), 1e-6);
}

TEST_F(ExplainerTest, AllClassesShareTheForwardAndSumToZero) {
  ExplainOptions options;
  options.target = "all";
  options.n_steps = 50;
  const auto all = explainer.explain(std::span(texts.data(), 1), options);
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t t = 0; t < all[0].tokens.size(); ++t) {
    double total = 0;  // probabilities sum to one on the whole path
    for (const auto& e : all) total += e.tokens[t].attribution;
    EXPECT_NEAR(total, 0, 1e-6);
  }
  for (std::size_t c = 0; c < 3; ++c) {
    options.target = std::to_string(c);
    const auto one = explainer.explain(std::span(texts.data(), 1), options);
    EXPECT_EQ(one[0], all[c]);
    EXPECT_EQ(one[0].target_id, static_cast<Index>(c));
  }
}

TEST_F(ExplainerTest, InputOfALayerIsTheOutputBeforeIt) {
  ExplainOptions input, output;
  input.layer = "bert.encoder.layer.1";
  input.layer_input = true;
  output.layer = "layer.0";
  EXPECT_EQ(explainer.explain(texts, input), explainer.explain(texts, output));
  input.layer = "embeddings";
  EXPECT_THROW(explainer.explain(texts, input), UsageError);
}

TEST_F(ExplainerTest, DeeperLayersStayComplete) {
  for (const char* layer : {"layer.0", "layer.1", "layer.2"}) {
    for (const char* baseline : {"pad", "zero"}) {
      ExplainOptions options;
      options.layer = layer;
      options.baseline = baseline;
      options.n_steps = 50;
      const Explanation e = explainer.explain("I love you, I like you", options);
      EXPECT_LT(std::abs(e.delta), 1e-5) << layer << " " << baseline;
      EXPECT_NE(e.tokens[0].attribution, 0.0);  // [CLS] has read the text
    }
  }
}

TEST_F(ExplainerTest, LongTextsAreTruncatedAndSaySo) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "love ";
  ExplainOptions options;
  options.n_steps = 2;
  const Explanation e = explainer.explain(text, options);
  EXPECT_EQ(e.tokens.size(), 512U);
  EXPECT_EQ(e.truncated_tokens, 600 - 510);
  options.max_length = 12;
  EXPECT_EQ(explainer.explain(text, options).tokens.size(), 12U);
  options.max_length = 1;
  EXPECT_THROW(explainer.explain(text, options), UsageError);
}

TEST_F(ExplainerTest, InvalidUtf8) {
  EXPECT_THROW(explainer.explain("love \xff you"), TokenizerError);
  ExplainOptions options;
  options.replace_invalid = true;
  EXPECT_EQ(explainer.explain("love \xff you", options).text, "love \xEF\xBF\xBD you");
}

TEST_F(ExplainerTest, OptionsThatMakeNoSense) {
  const auto with = [&](auto change) {
    ExplainOptions options;
    change(options);
    return explainer.explain("a", options);
  };
  EXPECT_THROW(with([](auto& o) { o.layer = "layer.9"; }), UsageError);
  EXPECT_THROW(with([](auto& o) { o.baseline = "nothing"; }), UsageError);
  EXPECT_THROW(with([](auto& o) { o.target = "7"; }), UsageError);
  EXPECT_THROW(with([](auto& o) { o.n_steps = 0; }), UsageError);
}

TEST_F(ExplainerTest, PredictionEqualsExplanation) {
  const auto predictions = explainer.predict(texts);
  const auto explanations = explainer.explain(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(predictions[i].predicted, explanations[i].predicted);
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(predictions[i].logits[c], explanations[i].logits[c], 2e-6);
    }
  }
}

TEST_F(ExplainerTest, WorkCanBeStopped) {
  ExplainOptions options;
  options.internal_batch_size = 5;
  options.on_progress = [](Index) { throw std::runtime_error("stop"); };
  EXPECT_THROW(explainer.explain(texts, options), std::runtime_error);
}

TEST_F(ExplainerTest, ResultsComeInOrder) {
  std::vector<TextInput> many(300, texts[0]);
  ExplainOptions options;
  options.n_steps = 2;
  Index next = 0;
  explainer.explain(many, options,
                    [&](ExplanationResult&& result) { EXPECT_EQ(result.text_index, next++); });
  EXPECT_EQ(next, 300);
}

TEST(Explainer, OneSharedClassifierInTwoPrecisions) {
  const auto directory = testing::fixtures / "models/distilbert";
  EXPECT_EQ(TextClassifier::load(directory).precision(), "f32");
  EXPECT_EQ(TextClassifier::load(directory, "reference").precision(), "f64");
  EXPECT_THROW(TextClassifier::load(directory, "cuda"), UsageError);
  EXPECT_THROW(TextClassifier::load(directory / "absent"), CheckpointError);
  EXPECT_THROW(TextClassifier::load(testing::fixtures / "hostile/cfg_unknown_model"),
               UnsupportedModel);
}

TEST(Explainer, TokenizerAndModelThatDoNotBelongTogether) {
  const auto classifier = TextClassifier::load(testing::fixtures / "hostile/tok_ids_past_table");
  Explainer explainer(classifier);
  EXPECT_THROW(explainer.explain("good"), UsageError);
}

}  // namespace
}  // namespace integrad
