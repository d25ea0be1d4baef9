#include "cli/default_model.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

void make_model(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", "{}");
}

TEST(DefaultModel, isFoundInABuildTree) {
  const TemporaryFolder root;
  make_model(root / "models/imdb-minilm");
  EXPECT_EQ(find_default_model(root / "build/release/cli/integrad"), root / "models/imdb-minilm");
}

TEST(DefaultModel, isFoundWhenInstalledFirst) {
  const TemporaryFolder root;
  make_model(root / "models/imdb-minilm");
  make_model(root / "usr/share/integrad/models/imdb-minilm");
  EXPECT_EQ(find_default_model(root / "usr/bin/integrad"),
            root / "usr/share/integrad/models/imdb-minilm");
}

TEST(DefaultModel, sayWhatToPassWhenThereIsNone) {
  try {
    find_default_model("/nowhere/bin/integrad");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("--model"), std::string::npos);
  }
}

TEST(DefaultModel, takesAFolderThatIsGiven) {
  const TemporaryFolder root;
  EXPECT_EQ(model_or_default(root.path().string(), true), root.path());
}

TEST(DefaultModel, looksForANameInTheCache) {
  const TemporaryFolder root;
  const auto model = root / "models--some--model";
  const auto snapshot = model / "snapshots" / std::string(40, 'a');
  make_model(snapshot);
  write_text(snapshot / "model.safetensors", "");
  write_text(snapshot / "tokenizer.json", "");
  std::filesystem::create_directories(model / "refs");
  write_text(model / "refs/main", std::string(40, 'a'));
  ::setenv("HF_HUB_CACHE", root.path().c_str(), 1);
  ::setenv("HF_HUB_OFFLINE", "1", 1);
  EXPECT_EQ(model_or_default("some/model", true), snapshot);
  EXPECT_THROW(model_or_default("some/other", true), Error);
  EXPECT_THROW(model_or_default("no/such/folder", true), Error);
  ::unsetenv("HF_HUB_CACHE");
  ::unsetenv("HF_HUB_OFFLINE");
}

}  // namespace
}  // namespace integrad::cli
