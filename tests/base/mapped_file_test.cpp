#include "integrad/base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <utility>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

std::string error_of(const std::filesystem::path& path) {
  try {
    const MappedFile file(path);
  } catch (const CheckpointError& error) {
    return error.what();
  }
  return "no error";
}

TEST(MappedFile, HoldsTheBytes) {
  const TemporaryFolder folder;
  const std::string content("one\0two", 7);
  write_text(folder / "data", content);
  EXPECT_EQ(text_of(MappedFile(folder / "data")), content);
}

TEST(MappedFile, EmptyFileIsEmptySpan) {
  const TemporaryFolder folder;
  write_text(folder / "empty", "");
  EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(MappedFile, MovesKeepTheMapping) {
  const TemporaryFolder folder;
  write_text(folder / "a", "first");
  write_text(folder / "b", "second");
  MappedFile a(folder / "a");
  MappedFile moved(std::move(a));
  EXPECT_EQ(text_of(moved), "first");
  MappedFile b(folder / "b");
  moved = std::move(b);
  EXPECT_EQ(text_of(moved), "second");
}

TEST(MappedFile, OutlivesTheName) {
  const TemporaryFolder folder;
  write_text(folder / "gone", "still here");
  const MappedFile file(folder / "gone");
  std::filesystem::remove(folder / "gone");
  EXPECT_EQ(text_of(file), "still here");
}

TEST(MappedFile, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  const auto expect = [](const std::string& message, const std::string& part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  expect(error_of(folder / "absent.bin"), "absent.bin: cannot be opened: No such file");
  expect(error_of(folder.path()), "found a folder");
  expect(error_of("/dev/null"), "found a device or a pipe");
  // Must not wait for somebody to write into the pipe.
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect(error_of(folder / "pipe"), "found a device or a pipe");
}

}  // namespace
}  // namespace integrad
