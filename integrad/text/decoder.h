// The decoders that a tokenizer.json can name: they turn pieces back into text. The semantics of
// Hugging Face's decoders, odd corners included.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "integrad/text/pattern.h"

namespace integrad {

struct WordPieceDecoder {  // a space before every piece but those with the prefix
  std::string prefix = "##";
  bool cleanup = true;  // no space before punctuation and English contractions
};
struct ByteLevelDecoder {};  // from the byte-level alphabet back to bytes
struct MetaspaceDecoder {    // the mark becomes a space
  char32_t replacement = U'\u2581';
  bool prepended = true;  // the marks of the first piece are dropped
};
struct BpeDecoder {  // the suffix becomes a space, behind the last piece nothing
  std::string suffix = "</w>";
};
struct ReplaceDecoder {
  Pattern pattern;
  std::string content;
};
struct ByteFallbackDecoder {};  // "<0xE5>" and its like become bytes
struct FuseDecoder {};          // all pieces become one
struct StripDecoder {           // at most so many of a character at the ends of every piece
  char32_t content = U' ';
  std::size_t start = 0;
  std::size_t stop = 0;
};
struct CtcDecoder {  // repeated pieces are one
  std::string pad_token = "<pad>";
  std::string word_delimiter_token = "|";
  bool cleanup = true;
};

using DecoderStep =
    std::variant<WordPieceDecoder, ByteLevelDecoder, MetaspaceDecoder, BpeDecoder, ReplaceDecoder,
                 ByteFallbackDecoder, FuseDecoder, StripDecoder, CtcDecoder>;

/// The steps of a decoder (a "Sequence" is flattened). Const and shareable.
struct Decoder {
  std::vector<DecoderStep> steps;

  /// The text of some pieces.
  std::string decode(std::vector<std::string> pieces) const;
};

/// Removes the spaces that tokenizing put before punctuation and English contractions: the list of
/// transformers' clean_up_tokenization.
std::string clean_up_spaces(std::string text);

}  // namespace integrad
