// The only file that includes Protocol Buffers. A model is read field by field, so no code is
// generated; the numbers are those of sentencepiece_model.proto (google/sentencepiece).
#include "integrad/text/sentencepiece_model.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <bit>
#include <cmath>
#include <limits>

#include "integrad/base/error.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

[[noreturn]] void fail(const std::string& file, const std::string& what) {
  throw TokenizerError(file + ": not a SentencePiece model: " + what);
}

// Calls `read(field, wire type, stream)` for every field of a message; fields for which it returns
// false are skipped.
template <class Read>
void for_each_field(std::string_view bytes, const std::string& file, const Read& read) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    fail(file, "has too many bytes");
  }
  CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  while (const std::uint32_t tag = stream.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (read(field, WireFormatLite::GetTagWireType(tag), stream)) continue;
    if (!WireFormatLite::SkipField(&stream, tag)) fail(file, "is cut short or damaged");
  }
  if (!stream.ConsumedEntireMessage()) fail(file, "is cut short or damaged");
}

std::string_view read_bytes(CodedInputStream& stream, const std::string& file) {
  std::uint32_t size = 0;
  const void* data = nullptr;
  int available = 0;
  if (!stream.ReadVarint32(&size)) fail(file, "is cut short or damaged");
  if (size == 0) return {};
  if (!stream.GetDirectBufferPointer(&data, &available) ||
      size > static_cast<std::uint32_t>(available)) {
    fail(file, "is cut short or damaged");
  }
  stream.Skip(static_cast<int>(size));
  return {static_cast<const char*>(data), size};
}

std::int64_t read_number(CodedInputStream& stream, const std::string& file) {
  std::uint64_t number = 0;
  if (!stream.ReadVarint64(&number)) fail(file, "is cut short or damaged");
  return static_cast<std::int64_t>(number);
}

std::string read_text(CodedInputStream& stream, const std::string& file) {
  const std::string_view bytes = read_bytes(stream, file);
  if (find_invalid_utf8(bytes)) fail(file, "a piece is not UTF-8");
  return std::string(bytes);
}

constexpr auto delimited = WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
constexpr auto varint = WireFormatLite::WIRETYPE_VARINT;

SentencePiece read_piece(std::string_view bytes, const std::string& file) {
  SentencePiece piece;
  for_each_field(bytes, file, [&](int field, int type, CodedInputStream& stream) {
    if (field == 1 && type == delimited) {
      piece.piece = read_text(stream, file);
    } else if (field == 2 && type == WireFormatLite::WIRETYPE_FIXED32) {
      std::uint32_t bits = 0;
      if (!stream.ReadLittleEndian32(&bits)) fail(file, "is cut short or damaged");
      piece.score = std::bit_cast<float>(bits);
      if (!std::isfinite(piece.score)) fail(file, "a piece's score is not a finite number");
    } else if (field == 3 && type == varint) {
      const std::int64_t number = read_number(stream, file);
      if (number < 1 || number > 6) fail(file, "a piece has the type " + std::to_string(number));
      piece.type = static_cast<SentencePiece::Type>(number);
    } else {
      return false;
    }
    return true;
  });
  return piece;
}

void read_trainer(std::string_view bytes, const std::string& file, SentencePieceModel& model) {
  for_each_field(bytes, file, [&](int field, int type, CodedInputStream& stream) {
    if (field == 3 && type == varint) {
      const std::int64_t number = read_number(stream, file);
      if (number < 1 || number > 4) fail(file, "has the model type " + std::to_string(number));
      model.kind = static_cast<SentencePieceModel::Kind>(number);
    } else if (field == 40 && type == varint) {
      const std::int64_t number = read_number(stream, file);
      if (number < 0 || number >= std::numeric_limits<std::int32_t>::max()) {
        fail(file, "has the unknown id " + std::to_string(number));
      }
      model.unknown_id = static_cast<std::int32_t>(number);
    } else if (field == 45 && type == delimited) {
      model.unknown_piece = read_text(stream, file);
    } else {
      return false;
    }
    return true;
  });
}

void read_normalizer(std::string_view bytes, const std::string& file, SentencePieceModel& model) {
  for_each_field(bytes, file, [&](int field, int type, CodedInputStream& stream) {
    if (field != 2 || type != delimited) return false;
    model.character_map = read_bytes(stream, file);
    return true;
  });
}

}  // namespace

SentencePieceModel read_sentencepiece_model(std::string_view bytes, const std::string& file) {
  SentencePieceModel model;
  for_each_field(bytes, file, [&](int field, int type, CodedInputStream& stream) {
    if (type != delimited) return false;
    if (field == 1) {
      model.pieces.push_back(read_piece(read_bytes(stream, file), file));
    } else if (field == 2) {
      read_trainer(read_bytes(stream, file), file, model);
    } else if (field == 3) {
      read_normalizer(read_bytes(stream, file), file, model);
    } else {
      return false;
    }
    return true;
  });
  if (model.pieces.empty()) fail(file, "has no pieces");
  return model;
}

}  // namespace integrad
