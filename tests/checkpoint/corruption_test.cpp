// Random damage to valid files: an error or a sound result, never a crash or a read outside.
#include <random>

#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/safetensors.h"
#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"

namespace integrad {
namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

/// One to four changes: a byte, a cut, a repeated piece, a number made longer.
std::string damaged(std::string bytes, Random& random, std::size_t interesting) {
  const std::size_t changes = 1 + below(random, 4);
  for (std::size_t i = 0; i < changes && bytes.size() > 16; ++i) {
    const std::size_t place = below(random, std::min(interesting, bytes.size()));
    switch (below(random, 5)) {
      case 0:
        bytes[place] = static_cast<char>(below(random, 256));
        break;
      case 1:
        bytes[place] = "0123456789[]{},:\"-e"[below(random, 19)];
        break;
      case 2:
        bytes.resize(below(random, bytes.size()));
        break;
      case 3:
        bytes.insert(place, bytes.substr(below(random, place + 1), below(random, 64)));
        break;
      default:
        bytes.insert(place, 1, below(random, 2) == 0 ? '9' : '0');
    }
  }
  return bytes;
}

/// Every tensor lies inside the file behind the one before it, and its numbers can be read.
void check_sound(const SafetensorsHeader& header, const std::string& bytes) {
  for (const TensorEntry& entry : header.tensors()) {
    ASSERT_LE(entry.begin, entry.end);
    ASSERT_LE(entry.end, bytes.size());
    if (!is_floating_point(entry.dtype)) continue;
    const auto data = std::as_bytes(std::span(bytes)).subspan(entry.begin, entry.end - entry.begin);
    std::vector<float> values(8 * data.size() / static_cast<std::size_t>(dtype_bits(entry.dtype)));
    convert_numbers(entry.dtype, data, values.data());
  }
}

TEST(Corruption, SafetensorsNeverCrashes) {
  const std::string valid = read_text(fixture("hostile/base/model.safetensors"));
  Random random(20);
  int refused = 0;
  int accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string bytes = damaged(valid, random, 3500);
    try {
      check_sound(SafetensorsHeader::parse(std::as_bytes(std::span(bytes)), "x.safetensors"),
                  bytes);
      ++accepted;
    } catch (const CheckpointError& error) {
      ASSERT_EQ(std::string_view(error.what()).rfind("x.safetensors: ", 0), 0U) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 2000);
  EXPECT_GT(accepted, 20);  // a changed name is still a valid file
}

TEST(Corruption, ConfigNeverCrashes) {
  const std::string valid = read_text(fixture("hostile/base/config.json"));
  Random random(21);
  int refused = 0;
  int accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    try {
      const ConfigFile config =
          ConfigFile::parse(damaged(valid, random, valid.size()), "config.json");
      EXPECT_GE(config.integer("hidden_size", 1, 1 << 20), 1);
      EXPECT_GE(config.labels().size(), 1U);
      ++accepted;
    } catch (const CheckpointError& error) {
      ASSERT_EQ(std::string_view(error.what()).rfind("config.json: ", 0), 0U) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(accepted, 200);
}

}  // namespace
}  // namespace integrad
