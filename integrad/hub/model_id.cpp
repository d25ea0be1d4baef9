#include "integrad/hub/model_id.h"

#include <algorithm>

namespace integrad {
namespace {

bool is_digit_of_hash(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Owner or name: words, with single "-" and "." between them.
bool is_name_part(std::string_view part) {
  return !part.empty() && is_word_character(part.front()) && is_word_character(part.back()) &&
         std::all_of(part.begin(), part.end(),
                     [](char c) { return is_word_character(c) || c == '-' || c == '.'; });
}

bool is_model_name(std::string_view name) {
  constexpr std::size_t longest = 96;
  if (name.size() > longest || name.ends_with(".git")) return false;
  if (name.find("--") != std::string_view::npos || name.find("..") != std::string_view::npos) {
    return false;
  }
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return is_name_part(name);
  return is_name_part(name.substr(0, slash)) && is_name_part(name.substr(slash + 1));
}

bool is_revision(std::string_view revision) {
  constexpr std::size_t longest = 200;
  return revision.size() <= longest && is_safe_relative_path(revision) &&
         revision.find_first_of(" ~^:?*[") == std::string_view::npos &&
         revision.find("..") == std::string_view::npos && !revision.starts_with('-');
}

}  // namespace

bool is_safe_relative_path(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return std::none_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  });
}

std::optional<ModelId> parse_model_id(std::string_view text) {
  ModelId id;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    id.revision = text.substr(at + 1);
    text = text.substr(0, at);
  }
  id.name = text;
  if (!is_model_name(id.name) || !is_revision(id.revision)) return {};
  return id;
}

bool is_hexadecimal(std::string_view text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), is_digit_of_hash);
}

bool is_commit(std::string_view text) { return is_hexadecimal(text, 40); }

}  // namespace integrad
