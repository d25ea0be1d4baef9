#include "integrad/render/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "integrad/base/error.h"
#include "integrad/render/csv.h"
#include "integrad/render/html.h"
#include "integrad/render/terminal.h"
#include "integrad/render/wording.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

std::string lines_of(const ExplanationDocument& document) {
  std::string lines = render_jsonl_header(document.model, document.settings);
  for (const Explanation& explanation : document.explanations) lines += render_jsonl(explanation);
  return lines;
}

std::string error_of(const std::string& json) {
  try {
    parse_json(json);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Json, BothFormsReadBackEqual) {
  ExplanationDocument document = example::document();
  document.settings.max_length = 128;
  EXPECT_EQ(parse_json(render_json(document)), document);
  EXPECT_EQ(parse_json(lines_of(document)), document);
  document.explanations.clear();
  EXPECT_EQ(parse_json(render_json(document)), document);
  EXPECT_EQ(parse_json(lines_of(document)), document);
}

TEST(Json, OneLineAnExplanation) {
  const std::string line = render_jsonl(example::hostile());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

// Any finite double: bit patterns, not values, are drawn, so that denormals are among them.
TEST(Json, RandomDoublesReadBackBitForBit) {
  std::mt19937_64 random(20240131);
  const auto number = [&] {
    for (;;) {
      const auto value = std::bit_cast<double>(random());
      if (std::isfinite(value)) return value;
    }
  };
  ExplanationDocument document = example::document();
  document.explanations.resize(1);
  Explanation& e = document.explanations[0];
  e.logits.clear();
  for (int i = 0; i < 20000; ++i) e.logits.push_back(number());
  e.logits.insert(e.logits.end(),
                  {-0.0, 0.0, std::numeric_limits<double>::denorm_min(),
                   -std::numeric_limits<double>::denorm_min(), 0x1.fffffffffffffp-1023,
                   std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), 1.0,
                   1e22, 0.1, 5e-324, 9007199254740993.0});
  for (TokenAttribution& token : e.tokens) token.attribution = number();
  e.value = number();
  e.delta = -0.0;
  for (const std::string& json : {render_json(document), lines_of(document)}) {
    const Explanation back = parse_json(json).explanations[0];
    ASSERT_EQ(back.logits.size(), e.logits.size());
    for (std::size_t i = 0; i < e.logits.size(); ++i) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(back.logits[i]),
                std::bit_cast<std::uint64_t>(e.logits[i]))
          << e.logits[i];
    }
    EXPECT_TRUE(std::signbit(back.delta));
    EXPECT_EQ(back, e);
  }
}

TEST(Json, KeysAreInTheOrderOfTheSchema) {
  const std::string line = render_jsonl(example::love());
  std::size_t last = 0;
  for (const char* key : {"text", "text_pair", "predicted", "predicted_id", "probabilities",
                          "logits", "target", "target_id", "value", "baseline_value", "delta",
                          "evaluations", "truncated_tokens", "tokens", "words", "sentences"}) {
    const std::size_t at = line.find("\"" + std::string(key) + "\":");
    ASSERT_NE(at, std::string::npos) << key;
    EXPECT_GE(at, last) << key;
    last = at;
  }
  EXPECT_NE(line.find(R"("tokens":[{"token":"[CLS]","id":101,"start":0,"end":0,"word":null,)"
                      R"("segment":0,"special":true,"attribution":0.0})"),
            std::string::npos);
}

TEST(Json, RefusesWhatIsNotANumberAndNamesTheText) {
  const double bad[] = {std::numeric_limits<double>::quiet_NaN(),
                        -std::numeric_limits<double>::infinity()};
  for (const double value : bad) {
    Explanation e = example::love();
    const std::vector<double*> places = {&e.value,
                                         &e.baseline_value,
                                         &e.delta,
                                         &e.probabilities[0],
                                         &e.logits[1],
                                         &e.tokens[3].attribution,
                                         &e.words[1].attribution,
                                         &e.sentences[0].attribution};
    for (double* place : places) {
      const double before = std::exchange(*place, value);
      try {
        render_jsonl(e);
        ADD_FAILURE() << "no exception";
      } catch (const NumericalError& error) {
        EXPECT_NE(std::string(error.what()).find("\"I love you"), std::string::npos);
      }
      *place = before;
    }
    EXPECT_NO_THROW(render_jsonl(e));
  }
}

TEST(Json, AnotherAlgorithmReadsBackAndTheUsualOneIsNotNamed) {
  ExplanationDocument document{{}, {}, {example::love()}};
  EXPECT_EQ(render_json(document).find("algorithm"), std::string::npos);
  EXPECT_EQ(render_html(document).find("Algorithm"), std::string::npos);
  document.settings.algorithm = "smooth_grad";
  document.settings.noise = 0.25;
  document.settings.seed = ~std::uint64_t{0};
  document.explanations[0].algorithm = Algorithm::smooth_grad;
  const std::string json = render_json(document);
  EXPECT_EQ(parse_json(json), document);
  const std::string page = render_html(document);
  EXPECT_NE(page.find("<title>smooth_grad</title>"), std::string::npos);
  EXPECT_EQ(page.find("add up to F(x)"), std::string::npos);
  std::string unknown = json;
  const std::string name = "\"algorithm\": \"smooth_grad\"";
  unknown.replace(json.rfind(name), name.size(), "\"algorithm\": \"lime\"");
  EXPECT_THROW(parse_json(unknown), UsageError);
}

TEST(Json, EstimatedErrorsReadBackAndAreAbsentOtherwise) {
  ExplanationDocument document{{}, {}, {example::love()}};
  EXPECT_EQ(render_json(document).find("error"), std::string::npos);
  Explanation& e = document.explanations[0];
  document.settings.tolerance = 0.01;
  document.settings.head = "exact";
  e.relative_error = 0.25;
  e.converged = false;
  e.tokens[1].error = 1e-3;
  e.words[1].error = 2e-3;
  EXPECT_EQ(parse_json(render_json(document)), document);
  EXPECT_NE(render_csv(document).find(",0.001,false,,\n"), std::string::npos);
  const std::string page = render_html(document);
  EXPECT_NE(page.find("not converged"), std::string::npos);
  EXPECT_NE(page.find(" ± 0.0010"), std::string::npos);
  EXPECT_EQ(page.find("class=\"w unsure"), std::string::npos);
  e.tokens[1].error = 5;
  EXPECT_NE(render_html(document).find("class=\"w unsure"), std::string::npos);
  e.tokens[1].error = 1e-3;
  EXPECT_NE(render_terminal(e).find("not converged: scores may be off by 25 % after "),
            std::string::npos);
  e.converged = true;
  EXPECT_NE(render_terminal(e).find("scores within 25 % (estimated, "), std::string::npos);
}

TEST(Json, SeveralBaselinesReadBackAndAreShownAsRanges) {
  ExplanationDocument document{{}, {}, {example::love()}};
  EXPECT_EQ(render_json(document).find("baselines"), std::string::npos);
  Explanation& e = document.explanations[0];
  std::vector<double> attributions;
  for (const TokenAttribution& token : e.tokens) attributions.push_back(token.attribution);
  e.baselines = {{"pad", 0.25, 1e-6, attributions}, {"text:<b>", 0.5, 0, attributions}};
  const double least = e.tokens[2].attribution, most = least + 0.125;
  e.baselines[1].attributions[2] = most;
  EXPECT_EQ(parse_json(render_json(document)), document);

  const std::string text = render_terminal(e), page = render_html(document);
  EXPECT_NE(text.find("mean of 2 baselines (pad, text:<b>)"), std::string::npos) << text;
  EXPECT_NE(page.find("mean of 2 baselines (pad, text:&lt;b&gt;)"), std::string::npos);
  const std::string range = "[" + signed_number_text(least) + ", " + signed_number_text(most) + "]";
  EXPECT_NE(text.find(range), std::string::npos) << text;
  EXPECT_NE(page.find(range), std::string::npos);
  EXPECT_EQ(page.find("class=\"w unsure"), std::string::npos);
  const std::string columns =
      ",,," + nlohmann::json(least).dump() + "," + nlohmann::json(most).dump() + "\n";
  EXPECT_NE(render_csv(document).find(columns), std::string::npos) << columns;

  ExplanationDocument broken = document;
  broken.explanations[0].baselines[1].attributions.pop_back();
  EXPECT_THROW(parse_json(render_json(broken)), UsageError);

  e.baselines[1].attributions[2] = -least;  // they do not agree on the sign
  EXPECT_NE(render_html(document).find("class=\"w unsure"), std::string::npos);
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) {
  ExplanationDocument document;
  document.model.path = "model\xff";
  EXPECT_EQ(parse_json(render_json(document)).model.path, "model\uFFFD");
}

TEST(Json, ErrorsSayWhere) {
  const std::string good = lines_of(example::document());
  EXPECT_NE(error_of("").find("line 1, column 1"), std::string::npos) << error_of("");
  EXPECT_NE(error_of("{\n \"schema\": ?").find("line 2, column 12"), std::string::npos)
      << error_of("{\n \"schema\": ?");
  const std::string cut = good.substr(0, good.size() - 20);
  EXPECT_NE(error_of(cut).find("line 9, column"), std::string::npos) << error_of(cut);
  EXPECT_NE(error_of("[1]").find("expected an object"), std::string::npos) << error_of("[1]");
  EXPECT_NE(error_of("{\"schema\": \"other/2\"}").find("\"other/2\""), std::string::npos);
  EXPECT_NE(error_of("{\"a\": 1e999}").find("malformed"), std::string::npos);
  EXPECT_EQ(error_of("{\"a\": 1e999}").find('\n'), std::string::npos);
}

TEST(Json, WrongTypesAndMissingKeysAreNamed) {
  const nlohmann::json good = nlohmann::json::parse(render_json(example::document()));
  const auto broken = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json json = good;
    json[nlohmann::json::json_pointer(pointer)] = value;
    return error_of(json.dump());
  };
  EXPECT_NE(broken("/explanations/2/tokens/1/id", "x").find(".explanations[2].tokens[1].id"),
            std::string::npos);
  EXPECT_NE(broken("/explanations/0/tokens/0/id", 4294967296).find("32 bits"), std::string::npos);
  EXPECT_NE(broken("/explanations/0/tokens/0/start", 1.5).find("whole number"), std::string::npos);
  EXPECT_NE(broken("/explanations/0/words", 3).find("a list"), std::string::npos);
  EXPECT_NE(broken("/settings/layer_input", 1).find("true or false"), std::string::npos);
  EXPECT_NE(broken("/explanations/0/value", nullptr).find("found null"), std::string::npos);
  nlohmann::json without = good;
  without["model"].erase("family");
  EXPECT_NE(error_of(without.dump()).find("model has no key \"family\""), std::string::npos);
}

// Integers where doubles are expected, unknown keys and other line ends are fine.
TEST(Json, AcceptsWhatOtherToolsWrite) {
  ExplanationDocument document = example::document();
  document.explanations.resize(1);
  nlohmann::json json = nlohmann::json::parse(render_json(document));
  json["note"] = {{"by", "me"}};
  json["explanations"][0]["delta"] = 0;
  document.explanations[0].delta = 0;
  EXPECT_EQ(parse_json(json.dump()), document);
  EXPECT_EQ(parse_json("\r\n" + json.dump(2)), document);
}

TEST(Json, HostileNestingIsRefusedQuickly) {
  const std::string nested = "{\"schema\":" + std::string(1000000, '[');
  EXPECT_NE(error_of(nested).find("nested deeper"), std::string::npos);
}

// Cutting a document anywhere gives an error, never a crash or a wrong document.
TEST(Json, EveryCutIsAnError) {
  ExplanationDocument document = example::document();
  document.explanations.resize(1);
  std::string json = render_json(document);
  json.pop_back();  // the last line feed is not needed
  for (std::size_t size = 0; size < json.size(); size += 7) {
    EXPECT_NE(error_of(json.substr(0, size)), "no error") << size;
  }
}

}  // namespace
}  // namespace integrad
