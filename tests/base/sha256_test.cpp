#include "integrad/base/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace integrad {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Digests of the examples of FIPS 180-4 and of the empty message.
constexpr std::string_view of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view of_million_a =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, KnownDigests) {
  EXPECT_EQ(sha256_hex({}), of_nothing);
  EXPECT_EQ(sha256_hex({bytes("")}), of_nothing);
  EXPECT_EQ(sha256_hex({bytes("abc")}), of_abc);
  EXPECT_EQ(sha256_hex({bytes(std::string(1'000'000, 'a'))}), of_million_a);
}

TEST(Sha256, PartsAreJoined) {
  EXPECT_EQ(sha256_hex({bytes("a"), bytes(""), bytes("bc")}), of_abc);
  EXPECT_NE(sha256_hex({bytes("bc"), bytes("a")}), of_abc);
}

}  // namespace
}  // namespace integrad
