#include "integrad/checkpoint/message.h"

#include <nlohmann/json.hpp>

#include "integrad/base/error.h"

namespace integrad {

void fail_checkpoint(const std::filesystem::path& file, const std::string& fault) {
  std::string message = file.filename().string() + ": " + fault;
  if (file.has_parent_path()) message += " (" + file.string() + ")";
  throw CheckpointError(message);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 120;
  const bool cut = text.size() > longest;
  // A character cut in the middle becomes U+FFFD like every other malformed byte.
  std::string result = nlohmann::json(std::string(text.substr(0, longest)))
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (cut) result += "…";
  return result;
}

std::string shape_text(std::span<const Index> shape) {
  constexpr std::size_t longest = 16;
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    if (i == longest) return text + "…]";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

}  // namespace integrad
