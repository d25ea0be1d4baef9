// Cases that the real tokenizers were asked, one JSON object a line: compared exactly in all
// fields.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/text/support.h"

namespace integrad {

/// Byte position of every code point, and the end of the text.
inline std::vector<std::ptrdiff_t> byte_positions(const std::string& text) {
  std::vector<std::ptrdiff_t> positions;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).bytes) {
    positions.push_back(static_cast<std::ptrdiff_t>(at));
  }
  positions.push_back(static_cast<std::ptrdiff_t>(text.size()));
  return positions;
}

inline void expect_equal(const Encoding& encoding, const nlohmann::json& expected,
                         const std::string& text, const std::string& pair) {
  ASSERT_EQ(encoding.ids, expected["ids"].get<std::vector<std::int32_t>>());
  EXPECT_EQ(encoding.type_ids, expected["type_ids"].get<std::vector<std::int32_t>>());
  EXPECT_EQ(encoding.tokens, expected["tokens"].get<std::vector<std::string>>());
  EXPECT_EQ(encoding.special, expected["special_mask"].get<std::vector<std::uint8_t>>());
  const std::vector<std::ptrdiff_t> positions[] = {byte_positions(text), byte_positions(pair)};
  int previous = 0;
  for (std::size_t k = 0; k < encoding.ids.size(); ++k) {
    const nlohmann::json& word = expected["word_ids"][k];
    EXPECT_EQ(encoding.words[k], word.is_null() ? -1 : word.get<std::ptrdiff_t>()) << k;
    ByteRange range;
    if (encoding.special[k] == 0) {
      const auto& in_text = positions[encoding.segments[k]];
      range = {in_text[expected["char_offsets"][k][0].get<std::size_t>()],
               in_text[expected["char_offsets"][k][1].get<std::size_t>()]};
      EXPECT_GE(encoding.segments[k], previous);
      previous = encoding.segments[k];
    }
    EXPECT_EQ(encoding.offsets[k], range) << k;
  }
}

/// Compares every case of a file; returns how many there are.
inline int check_file(const std::filesystem::path& file, const Tokenizer& tokenizer) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  int cases = 0;
  for (std::string line; std::getline(stream, line); ++cases) {
    const nlohmann::json expected = nlohmann::json::parse(line);
    const std::string text = expected["text"];
    const std::string pair = expected["pair"].is_null() ? "" : expected["pair"];
    EncodeOptions options;
    if (!expected["max_length"].is_null()) options.max_length = expected["max_length"];
    const std::string strategy = expected.value("strategy", "longest_first");
    if (strategy == "only_first") options.strategy = TruncationStrategy::only_first;
    if (strategy == "only_second") options.strategy = TruncationStrategy::only_second;
    if (expected.contains("side")) {
      options.side = expected["side"] == "left" ? TruncationSide::left : TruncationSide::right;
    }
    SCOPED_TRACE(line.substr(0, 300));
    const Encoding encoding = expected["pair"].is_null()
                                  ? tokenizer.encode(text, options)
                                  : tokenizer.encode_pair(text, pair, options);
    expect_equal(encoding, expected, text, pair);
    if (expected.contains("decoded")) {
      EXPECT_EQ(tokenizer.decode(encoding.ids), expected["decoded"].get<std::string>());
      EXPECT_EQ(tokenizer.decode(encoding.ids, {true, false}),
                expected["decoded_skip"].get<std::string>());
    }
    if (testing::Test::HasFatalFailure()) return cases;
  }
  return cases;
}

}  // namespace integrad
