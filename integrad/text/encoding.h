// What a tokenizer makes of a text: one entry a token in every list. A value; nothing points back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace integrad {

/// Bytes [start, end) of the user's own UTF-8 text.
struct ByteRange {
  std::ptrdiff_t start = 0;
  std::ptrdiff_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

/// A tokenised text or pair of texts, special tokens included, without padding.
struct Encoding {
  std::vector<std::int32_t> ids;       // row of the word-embedding table
  std::vector<std::int32_t> type_ids;  // 0 first text, 1 second (as the post-processor says)
  std::vector<std::string> tokens;     // the vocabulary's pieces: "dis", "##like", "[CLS]"
  std::vector<ByteRange> offsets;      // into the text that the token comes from; 0, 0 for specials
  std::vector<std::ptrdiff_t> words;  // number of the word in its own text, from 0; -1 for specials
  std::vector<int> segments;          // 0: of the first text, 1: of the second; 0 for specials
  std::vector<std::uint8_t> special;  // 1: added by the post-processor, not part of the text
  std::ptrdiff_t truncated_tokens = 0;  // dropped to respect the maximal length

  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(ids.size()); }
};

}  // namespace integrad
