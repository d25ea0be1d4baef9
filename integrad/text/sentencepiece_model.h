// What a SentencePiece model file says, as far as a tokenizer needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integrad {

struct SentencePiece {
  enum class Type { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  std::string piece;
  float score = 0;
  Type type = Type::normal;
};

struct SentencePieceModel {
  enum class Kind { unigram = 1, bpe = 2, word = 3, character = 4 };
  std::vector<SentencePiece> pieces;  // in the order of their ids
  Kind kind = Kind::unigram;
  std::int32_t unknown_id = 0;
  std::string unknown_piece = "<unk>";
  std::string character_map;  // of the normalizer (character_map.h); "" when there is none
};

/// Reads a file's bytes. `file` names it in errors. Throws TokenizerError when they are malformed.
SentencePieceModel read_sentencepiece_model(std::string_view bytes, const std::string& file);

}  // namespace integrad
