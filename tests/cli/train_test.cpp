// Training and evaluation as a user runs them: files, errors, kills.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/watched_texts.h"
#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string model = INTEGRAD_FIXTURES "/models/bert";
const std::string keras = INTEGRAD_FIXTURES "/keras_imdb/imdb.npz";

class Train : public ::testing::Test {
 protected:
  Train() {
    std::string table = "text,label\n";
    for (int i = 0; i < 12; ++i) {
      table += "the movie is nice and i love it,good\n";
      table += "terrible acting and a bad film,bad\n";
    }
    write_text(data, table);
  }
  ProgramResult train(std::vector<std::string> more, bool standard = true) {
    std::vector<std::string> arguments{"train", "--model", model, "--output", out.string()};
    if (standard) {
      for (const char* word : {"--batch-size", "8", "--no-dropout"}) {
        arguments.emplace_back(word);
      }
      arguments.insert(arguments.end(), {"--data", data.string()});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }
  static void expect_error(const ProgramResult& result, const std::string& part) {
    EXPECT_EQ(result.exit_code, 1) << result.output << result.errors;
    EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
    EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
  }

  TemporaryFolder folder;
  fs::path data = folder / "data.csv", out = folder / "out";
};

TEST_F(Train, LearnsIsEvaluatedAndExplains) {
  const auto trained =
      train({"--learning-rate", "1e-3", "--epochs", "20", "--validation", data.string(), "--watch",
             "a nice movie", "--evaluate-every", "20", "--clip", "1"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_NE(trained.errors.find("labels bad, good"), std::string::npos) << trained.errors;
  EXPECT_NE(trained.errors.find("new, not from the checkpoint: classifier.weight"),
            std::string::npos);
  for (const char* name : {"config.json", "model.safetensors", "tokenizer.json", "watched.html",
                           "watched.jsonl", "train_log.jsonl"}) {
    EXPECT_TRUE(fs::exists(out / name)) << name;
  }
  EXPECT_FALSE(fs::exists(out / "training_state.safetensors"));
  std::size_t steps = 0, evaluations = 0;
  for (const std::string& line : lines_of(read_text(out / "train_log.jsonl"))) {
    const Json json = Json::parse(line);
    json.contains("evaluation") ? ++evaluations : ++steps;
  }
  EXPECT_EQ(steps, 60U);
  EXPECT_EQ(evaluations, 3U);
  const auto result = run_program(
      {"evaluate", "--model", out.string(), "--data", data.string(), "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json metrics = Json::parse(result.output);
  EXPECT_EQ(metrics["accuracy"], 1.0) << result.output;
  EXPECT_EQ(metrics["texts"], 24);
  EXPECT_EQ(metrics["confusion"], Json({{12, 0}, {0, 12}}));
  const auto page = run_program(
      {"evaluate", "--model", out.string(), "--data", data.string(), "--format", "html"});
  EXPECT_NE(page.output.find("Confusion matrix"), std::string::npos);
  EXPECT_NE(page.output.find("</html>"), std::string::npos);
  const auto explained =
      run_program({"explain", "--model", out.string(), "--format", "json", "a nice movie"});
  EXPECT_EQ(explained.exit_code, 0) << explained.errors;
}

TEST_F(Train, CurvesAndWatchedTextsCoverAResumedRunWhole) {
  const fs::path plot = folder / "curves.svg";
  std::vector<std::string> options{
      "--steps",          "8",           "--validation", data.string(),
      "--evaluate-every", "2",           "--watch",      "a <b>nice</b> film",
      "--plot",           plot.string(), "--save-every", "1"};
  ASSERT_EQ(train(options).exit_code, 0);
  const std::string lines = read_text(out / "watched.jsonl"),
                    page = read_text(out / "watched.html");
  EXPECT_EQ(lines_of(lines).size(), 4 * 2U);  // four looks, two classes
  EXPECT_EQ(page.find("<b>nice</b> film"), std::string::npos);
  for (const char* step : {">2</th>", ">4</th>", ">6</th>", ">8</th>"}) {
    EXPECT_NE(page.find(step), std::string::npos) << step;
  }
  EXPECT_NE(read_text(plot).find("step 8: "), std::string::npos);

  // Going on from step 4 forgets later looks: they are taken again.
  const WatchedTexts resumed({"a film"}, out, {}, 4);
  EXPECT_EQ(lines_of(read_text(out / "watched.jsonl")).size(), 2 * 2U);
  const WatchedTexts unwatched({}, out, {}, 8);
  EXPECT_FALSE(fs::exists(out / "watched.jsonl"));
}

TEST_F(Train, APictureThatCannotBeWrittenIsToldBeforeTheWork) {
  expect_error(train({"--steps", "2", "--plot", (folder / "none/curves.svg").string()}),
               "none/curves.svg");
  EXPECT_FALSE(fs::exists(out / "train_log.jsonl"));
  EXPECT_FALSE(fs::exists(out / "model.safetensors"));
}

/// Files may not grow beyond a limit, as if the disk were full.
TEST_F(Train, AFullDiskLeavesTheLastState) {
  const auto shell = [&](const std::string& before, const std::string& more) {
    const std::string command =
        "bash -c \"" + before + " " INTEGRAD_PROGRAM " train --model " + model + " --output " +
        out.string() + " --batch-size 8 --no-dropout --quiet --save-every 1 --data " +
        data.string() + " " + more + " 2>" + (folder / "errors").string() + "\"";
    return WEXITSTATUS(std::system(command.c_str()));
  };
  // To the middle of a run: SIGINT saves.
  ASSERT_EQ(shell("timeout -s INT 1", "--steps 100000"), 124);
  const std::string state = read_text(out / "training_state.safetensors");
  ASSERT_FALSE(state.empty());
  const std::string full = "trap '' XFSZ; ulimit -f 200; exec";
  EXPECT_EQ(shell(full, "--steps 100000 --resume"), 1);
  const std::string errors = read_text(folder / "errors");
  EXPECT_EQ(lines_of(errors).size(), 1U) << errors;
  EXPECT_NE(errors.find("training_state.safetensors"), std::string::npos) << errors;
  EXPECT_EQ(read_text(out / "training_state.safetensors"), state);
  for (const auto& entry : fs::directory_iterator(out)) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
  EXPECT_FALSE(fs::exists(out / "model.safetensors"));
}

TEST_F(Train, KerasReviewsAndPresets) {
  const auto result = train({"--data", keras, "--num-words", "500", "--preset", "distilbert-imdb",
                             "--steps", "3", "--max-length", "32"},
                            false);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_NE(result.errors.find("300 texts, labels NEGATIVE, POSITIVE; 3 steps"), std::string::npos)
      << result.errors;
  const Json first = Json::parse(lines_of(read_text(out / "train_log.jsonl"))[0]);
  EXPECT_EQ(first["learning_rate"], 5e-5);
  EXPECT_EQ(first["texts"], 16);
}

TEST_F(Train, KilledAndResumedAnywhereTheWeightsAreTheSame) {
  const std::vector<std::string> options{"--steps",   "600", "--save-every", "5",
                                         "--threads", "1",   "--quiet"};
  ASSERT_EQ(train(options).exit_code, 0);
  const std::string expected = read_text(out / "model.safetensors");
  fs::remove_all(out);
  std::mt19937 random(std::random_device{}());
  int kills = 0;
  for (int run = 0; run < 200; ++run) {
    const double seconds = 0.03 + 0.0002 * (random() % 1000) * (1 + run / 10);  // slow builds
    std::string command = "timeout -s KILL " + std::to_string(seconds) +
                          " " INTEGRAD_PROGRAM " train --model " + model + " --output " +
                          out.string() + " --batch-size 8 --no-dropout --data " + data.string();
    for (const std::string& option : options) command += " " + option;
    const bool resumes = fs::exists(out / "training_state.safetensors");
    command += resumes ? " --resume" : " --force";
    command += " >/dev/null 2>&1";
    const int code = std::system(("env OMP_WAIT_POLICY=passive " + command).c_str());
    if (WEXITSTATUS(code) == 0) break;
    ASSERT_EQ(WEXITSTATUS(code), 128 + SIGKILL) << "run " << run;
    ++kills;
  }
  EXPECT_EQ(read_text(out / "model.safetensors"), expected) << kills << " kills";
  EXPECT_GE(kills, 1);
  RecordProperty("kills", kills);
  EXPECT_EQ(lines_of(read_text(out / "train_log.jsonl")).size(), 600U);
}

TEST_F(Train, RowsThatCannotBeUsed) {
  write_text(data, "text,label\nfine,good\n\"a, b\",bad,too many\nfine,unheard of\nbad,bad\n");
  expect_error(train({"--labels", "bad,good"}), "data.csv:3");
  const auto result = train({"--labels", "bad,good", "--skip-bad-rows"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_NE(result.errors.find("passed over: " + data.string() + ":3"), std::string::npos);
  EXPECT_NE(result.errors.find("passed over: " + data.string() + ":4"), std::string::npos);
  EXPECT_NE(result.errors.find("2 rows passed over"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("2 texts"), std::string::npos);
}

TEST_F(Train, SeveralLabelsAndValues) {
  write_text(data,
             "{\"text\": \"one\", \"label\": [\"a\", \"b\"]}\n"
             "{\"text\": \"two\", \"label\": []}\n"
             "{\"text\": \"three\", \"label\": [\"b\"]}\n");
  const fs::path lines = folder / "data.jsonl";
  fs::rename(data, lines);
  const auto several =
      train({"--data", lines.string(), "--problem", "multi_label", "--steps", "2"}, false);
  ASSERT_EQ(several.exit_code, 0) << several.errors;
  EXPECT_NE(several.errors.find("labels a, b"), std::string::npos) << several.errors;
  EXPECT_EQ(Json::parse(read_text(out / "config.json"))["problem_type"],
            "multi_label_classification");
  fs::remove_all(out);
  write_text(lines, "{\"text\": \"one\", \"label\": 0.5}\n{\"text\": \"two\", \"label\": -1}\n");
  const auto value = train(
      {"--data", lines.string(), "--problem", "regression", "--labels", "score", "--steps", "2"},
      false);
  ASSERT_EQ(value.exit_code, 0) << value.errors;
  const auto evaluated =
      run_program({"evaluate", "--model", out.string(), "--data", lines.string()});
  EXPECT_NE(evaluated.output.find("Spearman"), std::string::npos) << evaluated.errors;
}

TEST_F(Train, ErrorsAreOneLine) {
  expect_error(train({"--schedule", "cosine"}), "cosine");
  expect_error(train({"--optimizer", "sgd"}), "adamw");
  expect_error(train({"--freeze", "nothing.like.it"}), "no parameter");
  expect_error(train({"--preset", "gpt"}), "distilbert-imdb");
  expect_error(train({"--patience", "2"}), "--validation");
  expect_error(train({"--seed", "-1"}), "a seed is a whole number from 0 to");
  expect_error(train({"--label-column", "stars"}), "stars");
  expect_error(train({"--resume"}), "nothing to resume");
  expect_error(train({"--data", (folder / "absent.csv").string()}, false), "absent.csv");
  expect_error(train({"--data", folder.path().string()}, false), "train/neg");
  expect_error(run_program({"train", "--data", data.string(), "--output", out.string()}),
               "--model");
  EXPECT_FALSE(fs::exists(out / "model.safetensors"));
  fs::create_directories(out);
  write_text(out / "precious.txt", "mine");
  expect_error(train({"--force"}), "not empty");
  EXPECT_EQ(read_text(out / "precious.txt"), "mine");
}

TEST_F(Train, ALossThatIsNoNumberKeepsTheLastState) {
  const auto result =
      train({"--learning-rate", "1e30", "--schedule", "constant", "--save-every", "1", "--quiet"});
  expect_error(result, "smaller learning rate");
  EXPECT_FALSE(fs::exists(out / "model.safetensors"));
}

TEST(Evaluate, TheBundledModelOnKerasReviews) {
  const auto result = run_program(with_model(
      "evaluate", {"--data", keras, "--limit", "40", "--max-length", "64", "--format", "json"}));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json metrics = Json::parse(result.output);
  EXPECT_EQ(metrics["texts"], 40);
  EXPECT_GT(metrics["accuracy"].get<double>(), 0.6);
}

TEST(Evaluate, LabelsThatTheModelDoesNotKnow) {
  const TemporaryFolder folder;
  write_text(folder / "data.csv", "text,label\nfine,superb\n");
  const auto result =
      run_program(with_model("evaluate", {"--data", (folder / "data.csv").string()}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("superb"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("NEGATIVE, POSITIVE"), std::string::npos) << result.errors;
}

}  // namespace
}  // namespace integrad::cli
