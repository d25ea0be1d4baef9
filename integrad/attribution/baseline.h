// Where a path starts: the uninformative text that a text is compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/tokenizer.h"

namespace integrad {

/// A baseline as the user names it. Special tokens ([CLS], [SEP], [UNK], …: Hugging Face's
/// all_special_ids) always keep their id, so that they get exactly 0 at the embeddings.
///   pad, mask, unk  that token in place of every token that is not special
///   zero            vectors of zeros: for the tokens that are not special at the embeddings
///                   layers, for every row at deeper layers (where a row mixes all tokens)
///   text:WORDS      another text; its tokens replace those of the input from the left, the rest is
///                   filled with [PAD] or cut, so that both have the same length
///   ids:1,2,3       either one id for every token that is not special, or exactly one id a token
class Baseline {
 public:
  /// Throws UsageError for an unknown form or a malformed list of ids.
  static Baseline parse(std::string_view name);

  /// Vectors of zeros instead of token ids.
  bool zero() const { return kind_ == Kind::zero; }
  const std::string& name() const { return name_; }

  /// Baseline ids for an input's ids, of the same length. Throws UsageError when the tokenizer has
  /// no such special token, or the number of ids does not fit.
  std::vector<std::int32_t> ids(std::span<const std::int32_t> input, const Tokenizer&) const;

 private:
  enum class Kind { pad, mask, unk, zero, text, ids };
  Kind kind_ = Kind::pad;
  std::string name_ = "pad";
  std::vector<std::int32_t> ids_;
};

/// "pad,mask" as two names; one that begins with "text:" or "ids:" keeps its commas and comes last.
/// Throws UsageError for a name that comes twice.
std::vector<std::string> split_baselines(std::string_view names);

/// True for the ids that baselines keep.
bool is_special(std::int32_t id, const SpecialTokens& special);

}  // namespace integrad
