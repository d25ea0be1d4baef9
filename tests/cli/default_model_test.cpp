#include "cli/default_model.h"

#include <gtest/gtest.h>

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

TEST(DefaultModel, takesWhatIsGiven) { EXPECT_EQ(model_or_default("some/folder"), "some/folder"); }

}  // namespace
}  // namespace integrad::cli
