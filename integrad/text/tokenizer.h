// The tokenizer of a checkpoint, with the semantics of Hugging Face's *fast* tokenizers to the
// last code point. Const and thread-safe after `load`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/encoding.h"

namespace integrad {

/// Which text of a pair gives when it is too long, and at which end a text is cut.
enum class TruncationStrategy { longest_first, only_first, only_second };
enum class TruncationSide { left, right };

/// Options of `Tokenizer::encode`.
struct EncodeOptions {
  /// Longest encoding in tokens, specials included. None: no limit. What is cut off is dropped:
  /// there are no overlapping windows (Hugging Face's stride).
  std::optional<std::ptrdiff_t> max_length;
  /// Put U+FFFD in the place of bytes that are not UTF-8 instead of throwing; offsets then refer
  /// to the repaired text (`repair_utf8`).
  bool replace_invalid = false;
  TruncationStrategy strategy = TruncationStrategy::longest_first;
  /// The end that is cut. None: as the tokenizer's files say, else the right one.
  std::optional<TruncationSide> side = {};
};

/// Options of `Tokenizer::decode`.
struct DecodeOptions {
  bool skip_special_tokens = false;
  /// Remove spaces before punctuation and English contractions afterwards, as transformers does.
  /// None: as tokenizer_config.json says (clean_up_tokenization_spaces), else no.
  std::optional<bool> clean_up_spaces = {};
};

/// Ids of the special tokens; none where the vocabulary lacks the token.
struct SpecialTokens {
  std::optional<std::int32_t> cls, sep, pad, unk, mask;
  /// Every special id, sorted: what baselines keep (Hugging Face's all_special_ids).
  std::vector<std::int32_t> all;
};

class Tokenizer {
 public:
  /// Reads tokenizer.json; without one vocab.txt, vocab.json + merges.txt or a SentencePiece model.
  /// tokenizer_config.json and its like beside them have their say.
  /// Throws TokenizerError (missing, malformed) or UnsupportedModel (a component not built here).
  static Tokenizer load(const std::filesystem::path& checkpoint_directory);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Tokens of one text, or of a pair. Throws TokenizerError naming the byte position when a text
  /// is not UTF-8, UsageError when max_length leaves no room for the special tokens or when the one
  /// text that the strategy may cut is too short. An empty second text counts as none, as in
  /// transformers.
  Encoding encode(std::string_view text, const EncodeOptions& = {}) const;
  Encoding encode_pair(std::string_view text, std::string_view pair,
                       const EncodeOptions& = {}) const;

  /// The text that these ids stand for; ids that no token has are left out.
  std::string decode(std::span<const std::int32_t> ids, const DecodeOptions& = {}) const;

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
