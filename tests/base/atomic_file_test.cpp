#include "integrad/base/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void write_whole(const fs::path& path, const std::string& text) {
  AtomicFile file(path);
  file.stream() << text;
  file.commit();
}

std::string error_of(const fs::path& path, const std::string& text = "text") {
  try {
    write_whole(path, text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(AtomicFile, WritesANewFile) {
  const TemporaryFolder folder;
  write_whole(folder / "new", "text");
  EXPECT_EQ(read_text(folder / "new"), "text");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(AtomicFile, NothingIsSeenBeforeTheCommit) {
  const TemporaryFolder folder;
  write_text(folder / "file", "old");
  AtomicFile file(folder / "file");
  file.stream() << "new" << std::flush;
  EXPECT_EQ(read_text(folder / "file"), "old");
  file.commit();
  EXPECT_EQ(read_text(folder / "file"), "new");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
  const TemporaryFolder folder;
  write_text(folder / "file", "old");
  EXPECT_THROW(
      {
        AtomicFile file(folder / "file");
        file.stream() << "half";
        throw std::runtime_error("interrupted");
      },
      std::runtime_error);
  { const AtomicFile file(folder / "other"); }
  EXPECT_EQ(read_text(folder / "file"), "old");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(AtomicFile, AFailedStreamIsNotCommitted) {
  const TemporaryFolder folder;
  write_text(folder / "file", "old");
  {
    AtomicFile file(folder / "file");
    file.stream() << "half";
    file.stream().setstate(std::ios::badbit);
    EXPECT_THROW(file.commit(), UsageError);
  }
  EXPECT_EQ(read_text(folder / "file"), "old");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(AtomicFile, AFullDiskIsReported) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "skipped: there is no /dev/full";
  expect_contains(error_of("/dev/full"), "cannot write /dev/full: No space left on device");
  // Here the stream fails before the commit, which no longer knows the reason.
  expect_contains(error_of("/dev/full", std::string(1 << 20, 'x')),
                  "cannot write /dev/full: the write failed; is the disk full?");
}

TEST(AtomicFile, ErrorsNameThePath) {
  const TemporaryFolder folder;
  expect_contains(error_of(folder / "absent" / "file"), "absent/file: No such file or directory");
  expect_contains(error_of(folder.path()), folder.path().string() + ": Is a directory");
  write_text(folder / "file", "");
  expect_contains(error_of(folder / "file" / "below"), "file/below: Not a directory");
  expect_contains(error_of(""), "empty name");
  expect_contains(error_of((folder / "new").string() + "/"), "Is a directory");
}

TEST(AtomicFile, FollowsSymbolicLinks) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "deep");
  write_text(folder / "deep" / "target", "old");
  fs::create_symlink("deep/second", folder / "first");
  fs::create_symlink("target", folder / "deep" / "second");
  write_whole(folder / "first", "new");
  EXPECT_EQ(read_text(folder / "deep" / "target"), "new");
  EXPECT_TRUE(fs::is_symlink(folder / "first"));
  EXPECT_TRUE(fs::is_symlink(folder / "deep" / "second"));
}

TEST(AtomicFile, ALinkToNothingCreatesItsTarget) {
  const TemporaryFolder folder;
  fs::create_symlink("target", folder / "link");
  write_whole(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_text(folder / "target"), "new");
}

TEST(AtomicFile, ARingOfLinksIsAnError) {
  const TemporaryFolder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  expect_contains(error_of(folder / "a"), "Too many levels of symbolic links");
}

TEST(AtomicFile, KeepsThePermissions) {
  const TemporaryFolder folder;
  write_text(folder / "file", "old");
  ASSERT_EQ(::chmod((folder / "file").c_str(), 0640), 0);
  write_whole(folder / "file", "new");
  EXPECT_EQ(fs::status(folder / "file").permissions(), fs::perms(0640));
  write_text(folder / "plain", "");
  write_whole(folder / "created", "new");
  EXPECT_EQ(fs::status(folder / "created").permissions(),
            fs::status(folder / "plain").permissions());
}

TEST(AtomicFile, WritesIntoAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] { received = read_text(folder / "pipe"); });
  write_whole(folder / "pipe", "through the pipe");
  reader.join();
  EXPECT_EQ(received, "through the pipe");
  EXPECT_TRUE(fs::is_fifo(folder / "pipe"));
}

/// What /dev/stdout is when the output goes to a file: must neither replace nor empty the file.
TEST(AtomicFile, AddsToAnOpenFile) {
  if (!fs::exists("/proc/self/fd")) GTEST_SKIP() << "skipped: there is no /proc";
  const TemporaryFolder folder;
  std::FILE* open_file = std::fopen((folder / "file").c_str(), "w");
  ASSERT_NE(open_file, nullptr);
  std::fputs("before, ", open_file);
  std::fflush(open_file);
  const std::string name = std::to_string(::fileno(open_file));
  fs::create_symlink("/proc/self/fd/" + name, folder / "link");
  write_whole("/proc/self/fd/" + name, "direct, ");
  write_whole(folder / "link", "by link");
  std::fclose(open_file);
  EXPECT_EQ(read_text(folder / "file"), "before, direct, by link");
}

TEST(AtomicFile, SharedMemoryHoldsOrdinaryFiles) {
  if (!fs::exists("/dev/shm")) GTEST_SKIP() << "skipped: there is no /dev/shm";
  const fs::path path = "/dev/shm/integrad-test-" + std::to_string(::getpid());
  write_whole(path, "first");
  write_whole(path, "second");
  EXPECT_EQ(read_text(path), "second");
  fs::remove(path);
}

TEST(AtomicFile, RelativeNames) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  write_whole("plain", "text");
  fs::current_path(before);
  EXPECT_EQ(read_text(folder / "plain"), "text");
}

TEST(AtomicFile, TwoWritersDoNotMix) {
  const TemporaryFolder folder;
  AtomicFile first(folder / "file");
  AtomicFile second(folder / "file");
  first.stream() << "first";
  second.stream() << "second";
  first.commit();
  EXPECT_EQ(read_text(folder / "file"), "first");
  second.commit();
  EXPECT_EQ(read_text(folder / "file"), "second");
  EXPECT_EQ(entries(folder.path()), 1U);
}

}  // namespace
}  // namespace integrad
