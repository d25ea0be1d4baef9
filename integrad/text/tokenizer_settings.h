// What stands beside the tokenizer's own file: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json, and config.json for the name of the tokenizer's class.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "integrad/text/added_tokens.h"
#include "integrad/text/tokenizer_family.h"

namespace integrad {

struct TokenizerSettings {
  std::string file;        // for errors: path of tokenizer_config.json
  std::string class_name;  // "" when no file says it
  TokenizerClass kind = TokenizerClass::none;
  bool do_lower_case = true;
  std::optional<bool> strip_accents;
  bool tokenize_chinese_chars = true;
  std::optional<std::ptrdiff_t> model_max_length;  // none: unlimited
  std::optional<bool> truncate_left;
  bool split_special_tokens = false;
  bool add_prefix_space = false;           // byte-level BPE
  bool trim_offsets = true;                // RoBERTa
  bool keep_accents = false;               // ALBERT
  bool split_by_punct = false;             // DeBERTa-v2
  bool clean_up_spaces = false;            // after decoding
  std::vector<NamedToken> special_tokens;  // all roles, with their default names where not given
  std::vector<AddedToken> added_tokens;    // of added_tokens_decoder or added_tokens.json

  /// The token of a role. Only for the roles that always have one: cls, sep, pad, unk, mask.
  const std::string& special(const std::string& role) const;
};

/// The contents of these tokens.
std::unordered_set<std::string> contents_of(const std::vector<NamedToken>& tokens);

/// The settings of a checkpoint that no file gives a class, once something else shows it.
TokenizerSettings settings_of_class(const TokenizerSettings& settings, TokenizerClass kind);

/// Reads the settings of a checkpoint; files that are not there leave the defaults.
/// Throws TokenizerError when one is malformed.
TokenizerSettings read_tokenizer_settings(const std::filesystem::path& checkpoint_directory);

}  // namespace integrad
