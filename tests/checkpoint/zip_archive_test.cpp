#include "integrad/checkpoint/zip_archive.h"

#include "tests/checkpoint/support.h"
#include "tests/checkpoint/zip_bytes.h"

namespace integrad {
namespace {

ZipArchive parse(const std::string& bytes) {
  return ZipArchive::parse(std::as_bytes(std::span(bytes)), "model/pytorch_model.bin");
}

std::string error_of(const std::string& bytes) {
  const std::string message = checkpoint_error([&] { parse(bytes); });
  EXPECT_TRUE(message == "no error" || message.starts_with("pytorch_model.bin: ")) << message;
  return message;
}

std::string content(const ZipMember* member) {
  if (member == nullptr) return "no such member";
  return {reinterpret_cast<const char*>(member->stored.data()), member->stored.size()};
}

const std::vector<ZipPart> two{{"a/one", "first"}, {"a/", ""}, {"a/two", "second"}};

TEST(ZipArchive, MembersWhereTheyLie) {
  for (const bool zip64 : {false, true}) {
    const std::string bytes = zip_bytes(two, zip64);
    const ZipArchive archive = parse(bytes);
    ASSERT_EQ(archive.members().size(), 2U);
    EXPECT_EQ(content(archive.find("a/one")), "first");
    EXPECT_EQ(content(archive.find("a/two")), "second");
    EXPECT_EQ(archive.find("a/three"), nullptr);
    const auto* place = reinterpret_cast<const char*>(archive.find("a/two")->stored.data());
    EXPECT_EQ(place, bytes.data() + bytes.find("second"));
  }
  EXPECT_TRUE(parse(zip_bytes({})).members().empty());
  const std::string commented = zip_bytes(two);
  EXPECT_EQ(parse(commented.substr(0, commented.size() - 2) + little_endian(3, 2) + "PK!")
                .members()
                .size(),
            2U);
}

TEST(ZipArchive, EveryTruncationIsRefused) {
  for (const bool zip64 : {false, true}) {
    const std::string bytes = zip_bytes(two, zip64);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_NE(error_of(bytes.substr(0, length)), "no error") << length;
    }
  }
}

TEST(ZipArchive, NamesThatLeadOutside) {
  for (const char* name : {"../x", "a/../x", "a/..", "/tmp/x", "a\\x", ""}) {
    expect_contains(error_of(zip_bytes({{name, "x"}})), "leads out of a folder");
  }
  EXPECT_EQ(error_of(zip_bytes({{"a/..b", "x"}})), "no error");
}

TEST(ZipArchive, WhatIsNotRead) {
  expect_contains(error_of(zip_bytes({{"a", "x"}, {"a", "y"}})), "\"a\" occurs twice");
  expect_contains(error_of(zip_bytes({{"a", "x", 0, 1}})), "is encrypted");
  expect_contains(error_of(zip_bytes({{"a", "x", 12}})), "compressed by method 12");
  const std::string ahead = "text before " + zip_bytes(two);
  expect_contains(error_of(ahead), "does not lie where");
}

/// One field of the directory's first entry replaced.
std::string with_field(std::size_t offset, const std::string& value) {
  std::string bytes = zip_bytes(two);
  bytes.replace(bytes.find("PK\x01\x02") + offset, value.size(), value);
  return bytes;
}

TEST(ZipArchive, DirectoryAndMembersMustAgree) {
  expect_contains(error_of(with_field(20, little_endian(4, 4))), "its two sizes differ");
  expect_contains(error_of(with_field(20, little_endian(9999, 4) + little_endian(9999, 4))),
                  "ends early");
  // The first member reaches into the second.
  expect_contains(error_of(with_field(20, little_endian(20, 4) + little_endian(20, 4))),
                  "overlaps another");
  expect_contains(error_of(with_field(42, little_endian(1, 4))), "contradict each other");
  expect_contains(error_of(with_field(42, little_endian(99999, 4))), "lies outside the file");
  expect_contains(error_of(with_field(46, "b")), "contradict each other");
  std::string bytes = zip_bytes(two);
  bytes[bytes.size() - 12] = 7;
  expect_contains(error_of(bytes), "3 members, 7 are announced");
}

}  // namespace
}  // namespace integrad
