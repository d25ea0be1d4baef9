#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/safetensors.h"
#include "integrad/render/json.h"
#include "run_program.h"
#include "tests/base/temporary_folder.h"
#include "tests/support/model_fixture.h"

namespace integrad::cli {
namespace {

constexpr const char* mixed = "I love you, I like you, but I also kind of dislike you";

double score_of(const Explanation& explanation, const std::string& word) {
  double score = 0;
  for (const SpanAttribution& span : explanation.words) {
    if (span.text == word) score += span.attribution;
  }
  return score;
}

ExplanationDocument explain(const std::vector<std::string>& arguments,
                            const ProgramOptions& options = {}) {
  const ProgramResult result = run_program(with_model("explain", arguments), options);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  return parse_json(result.output);
}

TEST(Explain, findsTheWordThatTurnsTheSentence) {
  const ExplanationDocument document = explain({mixed});
  ASSERT_EQ(document.explanations.size(), 1U);
  const Explanation& e = document.explanations[0];
  EXPECT_EQ(e.predicted, "NEGATIVE");
  EXPECT_EQ(e.target, "NEGATIVE");
  for (const SpanAttribution& word : e.words) {
    EXPECT_LE(word.attribution, score_of(e, "dislike")) << word.text;
  }
  EXPECT_NEAR(score_of(e, "dislike"), 0.35, 0.01);
  EXPECT_NEAR(score_of(e, "love"), -0.16, 0.01);
  double squares = 0;
  for (const TokenAttribution& token : e.tokens) squares += token.attribution * token.attribution;
  EXPECT_LT(std::abs(e.delta), 1e-2 * std::sqrt(squares));
  EXPECT_TRUE(e.converged);
  EXPECT_EQ(document.settings.method, "auto");
}

TEST(Explain, passesEveryOptionOn) {
  const ExplanationDocument document = explain({"--layer",
                                                "layer.2",
                                                "--layer-input",
                                                "--baseline",
                                                "mask",
                                                "--target",
                                                "POSITIVE",
                                                "--score",
                                                "logit",
                                                "--method",
                                                "riemann_middle",
                                                "--n-steps",
                                                "7",
                                                "--max-length",
                                                "9",
                                                "--backend",
                                                "cpu",
                                                "--threads",
                                                "1",
                                                "--memory-limit",
                                                "64MiB",
                                                "--internal-batch-size",
                                                "2",
                                                "--quiet",
                                                mixed});
  const ExplanationSettings& settings = document.settings;
  EXPECT_EQ(settings.layer, "layer.2");
  EXPECT_TRUE(settings.layer_input);
  EXPECT_EQ(settings.baseline, "mask");
  EXPECT_EQ(settings.score, "logit");
  EXPECT_EQ(settings.method, "riemann_middle");
  EXPECT_EQ(settings.n_steps, 7);
  EXPECT_EQ(settings.max_length, 9);
  EXPECT_EQ(document.explanations[0].target, "POSITIVE");
  EXPECT_EQ(document.explanations[0].tokens.size(), 9U);
  EXPECT_EQ(document.explanations[0].truncated_tokens, 8);
}

TEST(Explain, averagesAHeadWhereItIsTold) {
  const std::string text = "I love it";
  const auto settings = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{text, "--format", "json", "--quiet", "--method", "auto"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult result = run_program(with_model("explain", words));
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return nlohmann::json::parse(result.output)["settings"];
  };
  EXPECT_EQ(settings({"--head", "exact"})["head"], "exact");
  EXPECT_FALSE(settings({}).contains("head"));  // its head is smooth
  const ProgramResult refused = run_program(
      with_model("explain", {text, "--head", "exact", "--quiet", "--method", "gausslegendre"}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.errors.find("method auto or trapezoid, not gausslegendre"), std::string::npos)
      << refused.errors;
}

TEST(Explain, writesJsonLinesToAPipe) {
  const ProgramResult result = run_program(with_model("explain", {"a", "b", "--n-steps", "2"}));
  const auto lines = lines_of(result.output);
  ASSERT_EQ(lines.size(), 3U);
  const auto header = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(header["schema"], "integrad/explanations/1");
  EXPECT_EQ(header["model"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(nlohmann::json::parse(lines[2])["text"], "b");
}

TEST(Explain, streamsTheVeryBytesOfTheRenderer) {
  const std::vector<std::string> texts{"a \"quoted\" text", "b", "c", "--n-steps", "2"};
  auto arguments = texts;
  arguments.insert(arguments.end(), {"--format", "json"});
  const ProgramResult result = run_program(with_model("explain", arguments));
  const ExplanationDocument document = parse_json(result.output);
  EXPECT_EQ(document.explanations.size(), 3U);
  EXPECT_EQ(result.output, render_json(document));
  EXPECT_EQ(explain(texts), document);
}

TEST(Explain, targetAllExplainsEveryClass) {
  const ExplanationDocument document =
      explain({"good", "bad", "--target", "all", "--n-steps", "4"});
  ASSERT_EQ(document.explanations.size(), 4U);
  EXPECT_EQ(document.explanations[1].target, "POSITIVE");
  EXPECT_EQ(document.explanations[2].text, "bad");
}

TEST(Explain, coloursTheTerminalUnlessAskedNotTo) {
  const auto at_terminal = [](std::vector<std::string> environment,
                              std::vector<std::string> arguments = {}) {
    ProgramOptions options;
    options.terminal = true;
    options.environment = std::move(environment);
    arguments.insert(arguments.end(), {"--n-steps", "2", "I dislike it"});
    return run_program(with_model("explain", arguments), options).output;
  };
  EXPECT_NE(at_terminal({"TERM=xterm-256color"}).find("\x1b[48;5;"), std::string::npos);
  EXPECT_NE(at_terminal({"TERM=xterm", "COLORTERM=truecolor"}).find("\x1b[48;2;"),
            std::string::npos);
  const std::string plain = at_terminal({"TERM=xterm-256color", "NO_COLOR=1"});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(plain.find("dislike"), std::string::npos);
  EXPECT_EQ(at_terminal({"TERM=dumb"}).find('\x1b'), std::string::npos);
  EXPECT_EQ(at_terminal({"TERM=xterm"}, {"--color", "never"}).find('\x1b'), std::string::npos);
  EXPECT_EQ(at_terminal({}, {"--format", "csv"}).find("explanation,token_index"), 0U);
}

TEST(Explain, writesHtmlWithoutScripts) {
  const TemporaryFolder folder;
  const std::string page = (folder / "why.html").string();
  const ProgramResult result = run_program(
      with_model("explain", {"--n-steps", "2", "--output", page, "<script>alert(1)</script>"}));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "");
  const std::string html = read_text(page);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("&lt;"), std::string::npos);
  EXPECT_NE(html.find("</html>"), std::string::npos);
}

TEST(Explain, leavesTheOldFileWhenItFails) {
  const TemporaryFolder folder;
  write_text(folder / "out.jsonl", "old");
  write_text(folder / "in.jsonl", "\"fine\"\n{\"txt\": 1}\n");
  const ProgramResult result =
      run_program(with_model("explain", {"--input", (folder / "in.jsonl").string(), "--output",
                                         (folder / "out.jsonl").string()}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("in.jsonl:2: no field \"text\""), std::string::npos);
  EXPECT_EQ(read_text(folder / "out.jsonl"), "old");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    ++files;
  }
  EXPECT_EQ(files, 2U) << "a temporary file was left";
}

TEST(Explain, writesFullAttributionsThatAddUp) {
  const TemporaryFolder folder;
  const std::string path = (folder / "full.safetensors").string();
  const ExplanationDocument document =
      explain({"--full", path, "--n-steps", "5", "good", "bad film"});
  const MappedFile file(path);
  const auto header = SafetensorsHeader::parse(file.bytes(), path);
  ASSERT_EQ(header.tensors().size(), 2U);
  for (std::size_t n = 0; n < 2; ++n) {
    const TensorEntry* entry = header.find("explanation." + std::to_string(n));
    ASSERT_NE(entry, nullptr);
    const Explanation& e = document.explanations[n];
    ASSERT_EQ(entry->shape, (std::vector<Index>{static_cast<Index>(e.tokens.size()), 384}));
    const auto* values = reinterpret_cast<const float*>(file.bytes().data() + entry->begin);
    for (std::size_t t = 0; t < e.tokens.size(); ++t) {
      double sum = 0;
      for (std::size_t c = 0; c < 384; ++c) sum += values[t * 384 + c];
      EXPECT_NEAR(sum, e.tokens[t].attribution, 1e-6);
    }
  }
}

TEST(Explain, warnsOnceAboutTexts) {
  const auto run = [](std::vector<std::string> more) {
    more.insert(more.end(), {"--max-length", "5", "--n-steps", "2", "one two three four five",
                             "one two", "one two three four"});
    return run_program(with_model("explain", more)).errors;
  };
  EXPECT_EQ(run({}),
            "integrad: warning: 3 tokens of 2 texts were dropped: texts are cut at 5 tokens; "
            "--max-length can be up to 512\n");
  EXPECT_EQ(run({"--quiet"}), "");
}

/// RoBERTa counts positions by ids: the kept [SEP] moves with them, or stays.
TEST(Explain, baselinePositionsAreChosen) {
  const std::string model = (testing::fixtures / "models/roberta").string();
  const auto of_last_token = [&](const std::string& positions) {
    const ProgramResult result = run_program({"explain", "--model", model, "a fine film",
                                              "--n-steps", "4", "--baseline-positions", positions});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return parse_json(result.output).explanations.at(0).tokens.back().attribution;
  };
  EXPECT_EQ(of_last_token("input"), 0.0);
  EXPECT_NE(of_last_token("ids"), 0.0);
  const ProgramResult wrong =
      run_program({"explain", "--model", model, "a", "--baseline-positions", "both"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.errors.find("choose ids or input"), std::string::npos) << wrong.errors;
}

TEST(Explain, explainsPairs) {
  const ExplanationDocument document =
      explain({"good film", "--text-pair", "bad film", "--n-steps", "2"});
  EXPECT_EQ(document.explanations[0].text_pair, "bad film");
  EXPECT_EQ(document.explanations[0].tokens.size(), 7U);
}

}  // namespace
}  // namespace integrad::cli
