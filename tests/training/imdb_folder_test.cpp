#include "integrad/training/imdb_folder.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

TEST(ImdbFolder, ReviewsInTheOrderOfTheirIds) {
  const TemporaryFolder folder;
  for (const char* name : {"train/neg", "train/pos"}) fs::create_directories(folder / name);
  EXPECT_TRUE(is_imdb_folder(folder.path()));
  write_text(folder / "train/neg/10_2.txt", "bad<br /><br />film");
  write_text(folder / "train/neg/9_1.txt", "worse");
  write_text(folder / "train/pos/0_9.txt", "good");
  write_text(folder / "train/pos/urls.csv", "no review");
  const auto texts = read_imdb_folder(folder.path(), Split::train);
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_EQ(texts[0].input.text, "worse");
  EXPECT_EQ(texts[1].input.text, "bad  film");
  EXPECT_EQ(texts[1].label, Label{0});
  EXPECT_EQ(texts[1].place, "train/neg/10_2.txt");
  EXPECT_EQ(texts[2].label, Label{1});
  EXPECT_THROW(read_imdb_folder(folder.path(), Split::test), UsageError);
}

TEST(ImdbFolder, EmptyOnes) {
  const TemporaryFolder folder;
  EXPECT_FALSE(is_imdb_folder(folder.path()));
  for (const char* name : {"test/neg", "test/pos"}) fs::create_directories(folder / name);
  EXPECT_TRUE(is_imdb_folder(folder.path()));
  EXPECT_THROW(read_imdb_folder(folder.path(), Split::test), UsageError);
}

}  // namespace
}  // namespace integrad
