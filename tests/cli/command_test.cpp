#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "integrad/attribution/verification.h"
#include "integrad/base/error.h"
#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::json;

/// Exit code 1 and one line that starts as it should and holds `part`.
void expect_error(const ProgramResult& result, const std::string& part) {
  EXPECT_EQ(result.exit_code, 1) << result.errors;
  EXPECT_TRUE(result.errors.starts_with("integrad: error: ")) << result.errors;
  EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
  EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
  EXPECT_EQ(result.output, "");
}

TEST(Errors, areOneLineAndExitCode1) {
  expect_error(run_program({"explian"}), "unknown command \"explian\"");
  expect_error(run_program(with_model("explain", {})), "no text");
  expect_error(run_program(with_model("explain", {"--foo", "x"})), "unknown option --foo");
  expect_error(run_program(with_model("explain", {"x", "--layer"})), "--layer");
  expect_error(run_program(with_model("explain", {"--layer", "foo", "x"})),
               "unknown layer \"foo\"; this model has word_embeddings, embeddings, layer.0");
  expect_error(run_program(with_model("explain", {"--target", "foo", "x"})), "NEGATIVE, POSITIVE");
  expect_error(run_program(with_model("explain", {"--method", "foo", "x"})), "gausslegendre");
  expect_error(run_program(with_model("explain", {"--n-steps", "0", "x"})), "--n-steps");
  expect_error(run_program(with_model("explain", {"--n-steps", "ten", "x"})), "--n-steps");
  expect_error(run_program(with_model("explain", {"--memory-limit", "lots", "x"})), "512MiB");
  expect_error(run_program(with_model("explain", {"--memory-limit", "1KiB", "x"})), "memory limit");
  expect_error(run_program(with_model("explain", {"--backend", "gpu", "x"})), "cpu, reference");
  expect_error(run_program(with_model("explain", {"--granularity", "line", "x"})), "line");
  expect_error(run_program(with_model("predict", {"--format", "html", "x"})), "unknown format");
  expect_error(run_program(with_model("explain", {"--output", "/nowhere/x.html", "x"})),
               "cannot write /nowhere/x.html");
  expect_error(run_program(with_model("inspect", {"x"})), "takes no text");
  expect_error(run_program({"predict", "--model", "/nowhere", "x"}), "/nowhere");
  expect_error(run_program(with_model("predict", {"b\xFF"})), "text 1: not valid UTF-8 at byte 2");
}

TEST(Errors, showControlCharactersInsteadOfSendingThem) {
  const ProgramResult result = run_program({"\x1b[31mred\n"});
  expect_error(result, "unknown command");
  EXPECT_EQ(result.errors.find('\x1b'), std::string::npos);
}

TEST(Errors, hostileModelsAreRefusedInOneLine) {
  std::size_t tried = 0;
  for (const auto& entry : std::filesystem::directory_iterator(INTEGRAD_FIXTURES "/hostile")) {
    if (!entry.is_directory() || entry.path().filename() == "base") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const ProgramResult result = run_program(
        {"explain", "--model", entry.path().string(), "--n-steps", "2", "some good text"});
    expect_error(result, "");
    ++tried;
  }
  EXPECT_GT(tried, 30U);
}

TEST(Errors, aFullDiskIsReported) {
  const std::string command = std::string(INTEGRAD_PROGRAM) + " --help > /dev/full 2> /dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
}

TEST(Pipes, aReaderThatLeavesIsNoError) {
  const TemporaryFolder folder;
  const std::string error = (folder / "err").string(), code = (folder / "rc").string();
  const std::string command = "{ yes 'a good film' | head -3000; } | { " INTEGRAD_PROGRAM
                              " predict --model " INTEGRAD_MODELS "/imdb-minilm - 2> " +
                              error + "; echo $? > " + code + "; } | head -1 > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_text(error), "");
  EXPECT_EQ(read_text(code), "0\n");
}

TEST(Pipes, ctrlCLeavesNoHalfFile) {
  const TemporaryFolder folder;
  const std::string command = "sleep 3 | timeout --preserve-status -s INT 1 " INTEGRAD_PROGRAM
                              " predict --model " INTEGRAD_MODELS "/imdb-minilm - --output " +
                              (folder / "out.jsonl").string() + " & wait $!";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 128 + SIGINT);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Predict, readsEverySourceAlike) {
  const TemporaryFolder folder;
  write_text(folder / "a.txt", "good film\r\nbad film");
  write_text(folder / "a.csv", "id,text\n1,good film\n2,bad film\n");
  const auto predictions = [](const std::vector<std::string>& arguments,
                              const std::string& input = "") {
    ProgramOptions options;
    options.input = input;
    const ProgramResult result = run_program(with_model("predict", arguments), options);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  };
  const std::string expected = predictions({"good film", "bad film"});
  EXPECT_EQ(predictions({"--input", (folder / "a.txt").string()}), expected);
  EXPECT_EQ(predictions({"--input", (folder / "a.csv").string()}), expected);
  EXPECT_EQ(predictions({"-"}, "good film\nbad film\n"), expected);
  EXPECT_EQ(predictions({"--input", "-"}, "good film\nbad film\n"), expected);
  EXPECT_EQ(predictions({"-", "--input-format", "jsonl"}, "\"good film\"\n\"bad film\"\n"),
            expected);
  const auto lines = lines_of(expected);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(Json::parse(lines[0])["schema"], "integrad/predictions/1");
  const Json first = Json::parse(lines[1]);
  EXPECT_EQ(first["predicted"], "POSITIVE");
  EXPECT_EQ(first["predicted_id"], 1);
  EXPECT_NEAR(first["probabilities"][1].get<double>(), 0.9632, 1e-3);
  EXPECT_EQ(Json::parse(lines[2])["predicted"], "NEGATIVE");
}

TEST(Predict, writesJsonAndCsv) {
  const ProgramResult json = run_program(with_model("predict", {"--format", "json", "a", "b"}));
  const Json document = Json::parse(json.output);
  EXPECT_EQ(document["schema"], "integrad/predictions/1");
  EXPECT_EQ(document["predictions"].size(), 2U);
  const ProgramResult csv = run_program(
      with_model("predict", {"--format", "csv", "a \"b\", c", "", "--max-length", "4"}));
  const auto lines = lines_of(csv.output);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0],
            "text,text_pair,predicted,predicted_id,probability NEGATIVE,probability POSITIVE,logit "
            "NEGATIVE,logit POSITIVE,truncated_tokens,predicted_labels,windows");
  EXPECT_TRUE(lines[1].starts_with("\"a \"\"b\"\", c\",,"));
  EXPECT_TRUE(lines[1].ends_with(",4,POSITIVE,1"));
}

TEST(Predict, textArgumentsAreTakenAsTheyAre) {
  const std::vector<std::string> texts{"[CLS] a, b [SEP]", "{}", "++", "explain", "-5 stars", "%%"};
  auto arguments = texts;
  arguments.insert(arguments.end(), {"--", "--quiet", "-", "[a]"});
  const auto lines = lines_of(run_program(with_model("predict", arguments)).output);
  ASSERT_EQ(lines.size(), 10U);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(Json::parse(lines[i + 1])["text"], texts[i]);
  }
  EXPECT_EQ(Json::parse(lines[7])["text"], "--quiet");
  EXPECT_EQ(Json::parse(lines[9])["text"], "[a]");
}

TEST(Tokenize, needsNoWeightsAndTellsBytes) {
  const TemporaryFolder folder;
  for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) {
    std::filesystem::copy(std::filesystem::path(INTEGRAD_MODELS "/imdb-minilm") / name,
                          folder / name);
  }
  const ProgramResult result = run_program(
      {"tokenize", "--model", folder.path().string(), "Ünï", "--text-pair", "so", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_EQ(json["text"], "Ünï");
  EXPECT_EQ(json["text_pair"], "so");
  EXPECT_EQ(json["tokens"], Json::parse(R"(["[CLS]","un","##i","[SEP]","so","[SEP]"])"));
  EXPECT_EQ(json["offsets"], Json::parse("[[0,0],[0,3],[3,5],[0,0],[0,2],[0,0]]"));
  EXPECT_EQ(json["type_ids"], Json::parse("[0,0,0,0,1,1]"));
  EXPECT_EQ(json["words"], Json::parse("[null,0,0,null,0,null]"));
  EXPECT_EQ(json["special"], Json::parse("[true,false,false,true,false,true]"));
  EXPECT_EQ(json["ids"].size(), 6U);
  EXPECT_EQ(json["truncated_tokens"], 0);
}

TEST(Inspect, namesEveryLayer) {
  const ProgramResult result = run_program(with_model("inspect", {"--format", "json"}));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_EQ(json["labels"], Json::parse(R"(["NEGATIVE","POSITIVE"])"));
  EXPECT_EQ(json["layers"].size(), 8U);
  EXPECT_EQ(json["layers"][2]["module"], "bert.encoder.layer.0");
  EXPECT_EQ(json["parameters"], 15712130);
  EXPECT_EQ(json["tensors"], Json::parse(R"({"F16":105})"));
  EXPECT_EQ(json["tokenizer"]["lower_case"], true);
  EXPECT_EQ(json["tokenizer"]["special_tokens"]["[MASK]"], 4);
  const ProgramResult table = run_program(with_model("inspect", {}));
  EXPECT_NE(table.output.find("layer.5           bert.encoder.layer.5"), std::string::npos);
}

TEST(Verify, everyFamilyPasses) {
  for (const char* model : {"bert", "distilbert", "bert-multilabel", "bert-regression"}) {
    const ProgramResult result =
        run_program({"verify", "--model", std::string(INTEGRAD_FIXTURES "/models/") + model});
    EXPECT_EQ(result.exit_code, 0) << model << "\n" << result.output << result.errors;
    EXPECT_EQ(lines_of(result.output).size(), 11U);
    for (const std::string& line : lines_of(result.output)) {
      EXPECT_TRUE(line.starts_with("PASS")) << line;
    }
  }
}

TEST(Verify, measuresAndComparesWithItsBounds) {
  const auto texts = verification_texts();
  std::size_t seen = 0;
  const auto results = integrad::verify(INTEGRAD_FIXTURES "/models/distilbert-5", texts, 1,
                                        [&](const VerificationResult&) { ++seen; });
  EXPECT_EQ(results.size(), 11U);
  EXPECT_EQ(seen, results.size());
  for (const VerificationResult& result : results) {
    EXPECT_EQ(result.passed, result.measured <= result.bound) << result.name;
  }
  // float32 differs from float64: a check that compared a run with itself would measure 0.
  EXPECT_GT(results[9].measured, 0);
  EXPECT_GT(results[10].measured, 0);
  EXPECT_THROW(integrad::verify(INTEGRAD_FIXTURES "/models/bert", {}, 1), UsageError);
}

}  // namespace
}  // namespace integrad::cli
