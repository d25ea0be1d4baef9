#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "integrad/checkpoint/safetensors.h"
#include "integrad/checkpoint/weight_files.h"
#include "run_program.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string model = INTEGRAD_FIXTURES "/models/bert";

ProgramResult convert(const fs::path& source, const fs::path& output,
                      const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"convert", "--model", source.string(), "--output",
                                     output.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

void expect_error(const ProgramResult& result, const std::string& part) {
  EXPECT_EQ(result.exit_code, 1) << result.output;
  EXPECT_EQ(lines_of(result.errors).size(), 1U) << result.errors;
  EXPECT_NE(result.errors.find(part), std::string::npos) << result.errors;
}

Json logits(const fs::path& folder) {
  const ProgramResult result =
      run_program({"predict", "--model", folder.string(), "a fine film", "so bad it hurts"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  Json values = Json::array();
  for (const std::string& line : lines_of(result.output)) {
    if (const Json json = Json::parse(line); json.contains("logits"))
      values.push_back(json["logits"]);
  }
  EXPECT_EQ(values.size(), 2U);
  return values;
}

/// Names of everything in a folder, hidden files included.
std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Convert, TheNewFolderIsTheSameModel) {
  const TemporaryFolder folder;
  const ProgramResult result = convert(model, folder / "new");
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "57 tensors as F32 in " + (folder / "new").string() + "\n");
  EXPECT_EQ(logits(folder / "new"), logits(model));
  EXPECT_EQ(entries(folder.path()), 1U);
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "vocab.txt"}) {
    EXPECT_EQ(read_text(folder / "new" / name), read_text(fs::path(model) / name)) << name;
  }
  const Json before = Json::parse(read_text(model + "/config.json"));
  EXPECT_EQ(before["dtype"], "float32");
  EXPECT_EQ(Json::parse(read_text(folder / "new/config.json")), before);
  EXPECT_EQ(convert(model, folder / "quiet", {"--quiet"}).output, "");
}

/// What half precision loses is lost once: converting the result again changes nothing.
TEST(Convert, Precisions) {
  const TemporaryFolder folder;
  for (const char* dtype : {"f16", "bf16"}) {
    const fs::path narrow = folder / dtype, wide = folder / (std::string(dtype) + "-wide");
    EXPECT_EQ(convert(model, narrow, {"--dtype", dtype}).exit_code, 0);
    EXPECT_EQ(convert(narrow, wide).exit_code, 0);
    EXPECT_EQ(logits(narrow), logits(wide));
    EXPECT_NE(logits(narrow), logits(model));
    EXPECT_EQ(convert(wide, folder / "again", {"--dtype", dtype, "--force"}).exit_code, 0);
    EXPECT_EQ(read_text(folder / "again/model.safetensors"),
              read_text(narrow / "model.safetensors"));
    const fs::path twin =
        fs::path(INTEGRAD_FIXTURES "/models/bert-variants") / (std::string("safetensors-") + dtype);
    const WeightFiles expected = WeightFiles::open(twin), found = WeightFiles::open(narrow);
    for (const std::string& name : expected.names()) {
      EXPECT_EQ(found.dtype(name), expected.dtype(name));
      EXPECT_EQ(found.values(name), expected.values(name)) << name;  // PyTorch's rounding
    }
  }
}

TEST(Convert, EveryKindOfWeightFile) {
  const fs::path variants = fs::path(INTEGRAD_REFERENCE_DATA) / "fixtures/models/bert-variants";
  if (!fs::exists(variants)) GTEST_SKIP() << "no large reference data";
  const TemporaryFolder folder;
  const Json expected = logits(model);
  for (const char* name :
       {"bin-zip", "bin-legacy", "bin-sharded", "bin-strided", "bin-shared-storage",
        "bin-gamma-beta", "safetensors-sharded", "safetensors-position-ids"}) {
    SCOPED_TRACE(name);
    fs::copy(variants / "tokenizer", folder / name);
    for (const auto& entry : fs::directory_iterator(variants / name)) {
      fs::copy(entry, folder / name / entry.path().filename());
    }
    EXPECT_EQ(logits(folder / name), expected);
    const fs::path clean = folder / (std::string(name) + "-clean");
    EXPECT_EQ(convert(folder / name, clean).exit_code, 0);
    EXPECT_EQ(logits(clean), expected);
  }
}

TEST(Convert, RefusesWhatIsThere) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "there");
  write_text(folder / "there/precious.txt", "x");
  expect_error(convert(model, folder / "there"), "exists already; choose another, or --force");
  expect_error(convert(model, folder / "there", {"--force"}), "no folder of a model");
  write_text(folder / "there/config.json", "{}");
  fs::create_directory(folder / "there/inner");
  expect_error(convert(model, folder / "there", {"--force"}), "holds other folders");
  EXPECT_EQ(read_text(folder / "there/precious.txt"), "x");
  fs::remove(folder / "there/inner");
  EXPECT_EQ(convert(model, folder / "there/", {"--force"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(folder / "there/precious.txt"));
  EXPECT_EQ(logits(folder / "there"), logits(model));
  write_text(folder / "file", "x");
  expect_error(convert(model, folder / "file", {"--force"}), "it is no folder");
  expect_error(convert(folder / "there", folder / "there", {"--force"}), "folder that is read");
  EXPECT_EQ(entries(folder.path()), 2U);
}

TEST(Convert, LeavesNothingHalfWritten) {
  const TemporaryFolder folder;
  expect_error(convert(INTEGRAD_FIXTURES "/hostile/st_nan_weight", folder / "new"), "holds nan");
  expect_error(convert(INTEGRAD_FIXTURES "/hostile/cfg_truncated", folder / "new"), "config.json");
  expect_error(convert(INTEGRAD_FIXTURES "/hostile/pkl_os_system", folder / "new"), "posix.system");
  expect_error(convert(model, folder / "absent/new"), "No such file");
  expect_error(convert(model, folder / "new", {"--dtype", "f64"}), "one of f16, bf16, f32");
  expect_error(run_program({"convert", "--model", model}), "no --output");
  EXPECT_EQ(entries(folder.path()), 0U);
}

TEST(Convert, CtrlCLeavesAllOrNothing) {
  for (const char* seconds : {"0.01", "0.02", "0.03", "0.05", "0.08"}) {
    const TemporaryFolder folder;
    const std::string command = std::string("timeout --preserve-status -s INT ") + seconds +
                                " " INTEGRAD_PROGRAM " convert --model " INTEGRAD_MODELS
                                "/imdb-minilm --output " +
                                (folder / "new").string() + " --quiet 2> /dev/null";
    const int code = WEXITSTATUS(std::system(command.c_str()));
    EXPECT_TRUE(code == 0 || code == 128 + SIGINT) << code;
    const bool whole = fs::exists(folder / "new/model.safetensors");
    EXPECT_EQ(entries(folder.path()), whole ? 1U : 0U) << seconds;
    EXPECT_TRUE(whole || code != 0) << seconds;
  }
}

}  // namespace
}  // namespace integrad::cli
