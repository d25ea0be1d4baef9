#include "integrad/checkpoint/tensorflow_names.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace integrad {
namespace {

/// The parts between "/" and "_._"; empty ones left out.
std::vector<std::string_view> components(std::string_view name) {
  std::vector<std::string_view> parts;
  while (!name.empty()) {
    const std::size_t slash = std::min(name.find('/'), name.size());
    const std::size_t link = std::min(name.find("_._"), name.size());
    const std::size_t end = std::min(slash, link);
    if (end > 0) parts.push_back(name.substr(0, end));
    name.remove_prefix(std::min(name.size(), end + (link < slash ? 3 : 1)));
  }
  return parts;
}

std::string_view last_word(std::string_view word, bool& reversed) {
  reversed = word == "kernel";
  if (word == "kernel" || word == "embeddings" || word == "gamma") return "weight";
  return word == "beta" ? "bias" : word;
}

}  // namespace

TensorflowName tensorflow_name(std::string_view name) {
  TensorflowName result{std::string(name)};
  const std::size_t output = name.find(":0");
  if (name.find('/') == std::string_view::npos && output == std::string_view::npos) return result;
  std::string bare(name);
  for (std::size_t at = bare.find(":0"); at != std::string::npos; at = bare.find(":0")) {
    bare.erase(at, 2);
  }
  const std::vector<std::string_view> parts = components(bare);
  result.name.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    // Scopes that Keras has made unique: "layer___norm" is "norm".
    if (const std::size_t mark = part.rfind("___");
        i > 0 && i + 1 < parts.size() && mark != std::string_view::npos) {
      part.remove_prefix(mark + 3);
    }
    if (i + 1 == parts.size()) part = last_word(part, result.reversed);
    if (!result.name.empty()) result.name += '.';
    result.name += part;
  }
  return result;
}

std::string_view without_model_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

StoredTensor from_tensorflow(StoredTensor tensor) {
  TensorflowName converted = tensorflow_name(tensor.name);
  tensor.name = std::move(converted.name);
  if (converted.reversed) {
    std::reverse(tensor.shape.begin(), tensor.shape.end());
    std::reverse(tensor.strides.begin(), tensor.strides.end());
  }
  return tensor;
}

}  // namespace integrad
