// The name of a model on a hub: "owner/name", "name", with "@revision" or without.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace integrad {

struct ModelId {
  std::string name;               // "owner/name", or "name" for the first models of the hub
  std::string revision = "main";  // branch, tag, or commit, whole or its beginning
};

/// None when `text` cannot be such a name, by the rules of huggingface_hub's validate_repo_id and,
/// for the revision, git-check-ref-format. What passes is safe as part of a path.
std::optional<ModelId> parse_model_id(std::string_view text);

/// Whether each of the names between slashes is one that a file below a folder can have: not empty,
/// "." or "..", without backslash and control characters.
bool is_safe_relative_path(std::string_view path);

/// `length` digits 0-9a-f.
bool is_hexadecimal(std::string_view text, std::size_t length);
/// Whether it is a whole commit: 40 digits 0-9a-f.
bool is_commit(std::string_view text);

}  // namespace integrad
