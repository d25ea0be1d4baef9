#include "integrad/checkpoint/safetensors_layout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>

#include "integrad/base/error.h"
#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

constexpr std::size_t longest_header = 100'000'000;  // the reference reader's limit

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& fault) {
  throw UsageError("cannot write " + path.string() + ": " + fault);
}

/// A JSON string as the reference writer spells it: only what must be escaped is.
std::string json_string(const std::string& text, const std::filesystem::path& path) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    fail(path, "the name " + in_quotes(text) + " is not UTF-8");
  }
}

/// All arrays have one dtype, so the reference's order, wide dtypes first, then names, is by name.
void sort_by_name(std::vector<ArrayDescription>& arrays, const std::filesystem::path& path) {
  std::sort(arrays.begin(), arrays.end(),
            [](const ArrayDescription& a, const ArrayDescription& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::string& name = arrays[i].name;
    if (name == "__metadata__" || (i > 0 && arrays[i - 1].name == name)) {
      fail(path, "the name " + in_quotes(name) + " occurs twice or is reserved");
    }
  }
}

std::string metadata_text(const std::map<std::string, std::string>& metadata,
                          const std::filesystem::path& path) {
  if (metadata.empty()) return "";
  std::string text = "\"__metadata__\":";
  char before = '{';
  for (const auto& [key, value] : metadata) {
    text.append(1, before).append(json_string(key, path));
    text.append(":").append(json_string(value, path));
    before = ',';
  }
  return text + '}';
}

}  // namespace

std::uint64_t byte_count(const ArrayDescription& array, Dtype dtype,
                         const std::filesystem::path& path) {
  std::uint64_t bytes = static_cast<std::uint64_t>(dtype_bits(dtype)) / 8;
  bool good = true;
  for (const Index extent : array.shape) {
    good = good && extent >= 0 &&
           !__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
  }
  if (!good) {
    fail(path,
         "array " + in_quotes(array.name) + " has the impossible shape " + shape_text(array.shape));
  }
  return bytes;
}

std::string lay_out_safetensors(std::vector<ArrayDescription>& arrays, Dtype dtype,
                                const std::map<std::string, std::string>& metadata,
                                const std::filesystem::path& path) {
  sort_by_name(arrays, path);
  std::string text = "{" + metadata_text(metadata, path);
  std::uint64_t offset = 0;
  for (const ArrayDescription& array : arrays) {
    if (text.size() > 1) text += ',';
    text += json_string(array.name, path) + ":{\"dtype\":\"";
    text.append(dtype_name(dtype)).append("\",\"shape\":[");
    for (std::size_t i = 0; i < array.shape.size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(array.shape[i]);
    }
    const std::uint64_t end = offset + byte_count(array, dtype, path);
    text += "],\"data_offsets\":[" + std::to_string(offset) + ',' + std::to_string(end) + "]}";
    offset = end;
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  if (text.size() > longest_header) fail(path, "the names take more than 100000000 bytes");
  const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{text.size()});
  return std::string(length.begin(), length.end()) + text;
}

}  // namespace integrad
