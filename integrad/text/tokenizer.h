// The tokenizer of a checkpoint, with the semantics of Hugging Face's *fast* tokenizers to the
// last code point. Const and thread-safe after `load`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/encoding.h"

namespace integrad {

/// Options of `Tokenizer::encode`.
struct EncodeOptions {
  /// Longest encoding in tokens, specials included; pairs are cut longest first. None: no limit.
  std::optional<std::ptrdiff_t> max_length;
  /// Put U+FFFD in the place of bytes that are not UTF-8 instead of throwing; offsets then refer
  /// to the repaired text (`repair_utf8`).
  bool replace_invalid = false;
};

/// Ids of the special tokens; none where the vocabulary lacks the token.
struct SpecialTokens {
  std::optional<std::int32_t> cls, sep, pad, unk, mask;
  /// Every special id, sorted: what baselines keep (Hugging Face's all_special_ids).
  std::vector<std::int32_t> all;
};

class Tokenizer {
 public:
  /// Reads tokenizer.json + tokenizer_config.json, or vocab.txt + tokenizer_config.json.
  /// Throws TokenizerError (missing, malformed) or UnsupportedModel (a component not built here).
  static Tokenizer load(const std::filesystem::path& checkpoint_directory);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Tokens of one text, or of a pair. Throws TokenizerError naming the byte position when a text
  /// is not UTF-8, UsageError when max_length leaves no room for the special tokens. An empty
  /// second text counts as none, as in transformers.
  Encoding encode(std::string_view text, const EncodeOptions& = {}) const;
  Encoding encode_pair(std::string_view text, std::string_view pair,
                       const EncodeOptions& = {}) const;

  const SpecialTokens& special_tokens() const;
  /// tokenizer_config.json's model_max_length; none when absent or "unlimited" (1e30).
  std::optional<std::ptrdiff_t> model_max_length() const;
  /// Largest id + 1: must not exceed the rows of the word-embedding table.
  std::int32_t vocabulary_size() const;
  /// The piece of an id ("" when no token has it), and the id of a piece (none when unknown).
  std::string token(std::int32_t id) const;
  std::optional<std::int32_t> id(std::string_view token) const;

 private:
  struct Parts;
  explicit Tokenizer(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

/// `text` with every maximal invalid UTF-8 sequence replaced by U+FFFD; unchanged when valid.
std::string repair_utf8(std::string_view text);

/// Sentences of a UTF-8 text by Unicode's rules (UAX #29): adjoining ranges that cover all of it.
std::vector<ByteRange> split_sentences(std::string_view text);

}  // namespace integrad
