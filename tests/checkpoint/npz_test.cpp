// files/*.npz: written by numpy with files/make_files.py.
#include "integrad/checkpoint/npz.h"

#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"
#include "tests/checkpoint/zip_bytes.h"

namespace integrad {
namespace {

using Sequences = std::vector<std::vector<std::int32_t>>;

TEST(Npz, ListsAndLabels) {
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    SCOPED_TRACE(name);
    const NpzFile file = NpzFile::open(small_file(name));
    EXPECT_EQ(file.names(), (std::vector<std::string>{"x_test", "x_train", "y_test", "y_train"}));
    EXPECT_EQ(file.sequences("x_train"), (Sequences{{13, 150, 70000}, {}, {1, 2}}));
    EXPECT_EQ(file.sequences("x_test"), (Sequences{{5}, {6, 7}}));
    EXPECT_EQ(file.integers("y_train"), (std::vector<std::int64_t>{1, 0, 1}));
    EXPECT_EQ(file.integers("y_test"), (std::vector<std::int64_t>{0, 1}));
  }
}

TEST(Npz, MatricesAndOtherTypes) {
  const NpzFile file = NpzFile::open(small_file("matrix.npz"));
  EXPECT_EQ(file.sequences("x"), (Sequences{{0, 1, 2}, {3, 4, 5}}));
  const auto error = [&](const char* name, bool lists) {
    return checkpoint_error([&] {
      if (lists) {
        file.sequences(name);
      } else {
        file.integers(name);
      }
    });
  };
  expect_contains(error("x", false), "x.npy must have one axis");
  expect_contains(error("floats", false), "type \"<f8\", expected little-endian integers");
  expect_contains(error("words", true), "something else than lists of integers");
  expect_contains(error("fortran", true), "C order");
  expect_contains(error("absent", true), "array \"absent\" is not in the archive");
}

/// The error of an archive with the stored member "x.npy".
std::string error_of(const std::string& content, std::uint32_t checksum) {
  const std::string bytes = zip_bytes({{"x.npy", content, 0, 0, checksum}});
  return checkpoint_error(
      [&] { NpzFile::parse(std::as_bytes(std::span(bytes)), "data/imdb.npz").sequences("x"); });
}

TEST(Npz, DamagedFiles) {
  expect_contains(error_of("x", 0), "imdb.npz: x.npy is damaged: its checksum is wrong");
  expect_contains(error_of("x", 0x8cdc1683), "x.npy is no array of numpy");
  EXPECT_EQ(checkpoint_error([] { NpzFile::parse({}, "data/imdb.npz"); }),
            "imdb.npz: no .npz file: not a zip archive (data/imdb.npz)");
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    const std::string bytes = read_text(small_file(name));
    for (std::size_t length = 0; length < bytes.size(); length += 3) {
      const std::string part = bytes.substr(0, length);
      EXPECT_NE(checkpoint_error([&] { NpzFile::parse(std::as_bytes(std::span(part)), "x.npz"); }),
                "no error");
    }
  }
}

TEST(Npz, ACompressedMemberIsNoLongerThanItSays) {
  std::string bytes = read_text(small_file("deflated.npz"));
  for (std::size_t at = bytes.find("PK\x01\x02"); at != std::string::npos;
       at = bytes.find("PK\x01\x02", at + 1)) {
    bytes[at + 24] = static_cast<char>(bytes[at + 24] - 1);  // the size of the content
  }
  const NpzFile file = NpzFile::parse(std::as_bytes(std::span(bytes)), "x.npz");
  for (const std::string& name : file.names()) {
    expect_contains(checkpoint_error([&] { file.sequences(name); }), "does not inflate to the");
  }
}

TEST(Npz, KerasImdb) {
  const std::filesystem::path path =
      std::filesystem::path(INTEGRAD_REFERENCE_DATA) / "fixtures/keras_imdb/imdb.npz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no large reference data";
  const NpzFile file = NpzFile::open(path);
  EXPECT_EQ(file.sequences("x_train").size(), 300U);
  EXPECT_EQ(file.integers("y_train").size(), 300U);
  const Sequences first = file.sequences("x_train");
  EXPECT_EQ(std::vector<std::int32_t>(first[0].begin(), first[0].begin() + 6),
            (std::vector<std::int32_t>{13, 150, 173, 14, 1205, 4553}));
}

}  // namespace
}  // namespace integrad
