#include "integrad/checkpoint/safetensors_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "integrad/base/atomic_file.h"
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

std::uint64_t byte_count(const NamedArray& array, const std::filesystem::path& path) {
  std::uint64_t bytes = sizeof(float);
  bool good = true;
  for (const Index extent : array.shape) {
    good = good && extent >= 0 &&
           !__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
  }
  if (!good) {
    fail(path,
         "array " + in_quotes(array.name) + " has the impossible shape " + shape_text(array.shape));
  }
  if (bytes > 0 && array.values == nullptr) {
    fail(path, "array " + in_quotes(array.name) + " has no values");
  }
  return bytes;
}

/// All arrays have one dtype, so the reference's order, wide dtypes first, then names, is by name.
std::vector<const NamedArray*> ordered(const std::vector<NamedArray>& arrays,
                                       const std::filesystem::path& path) {
  std::vector<const NamedArray*> order;
  std::set<std::string_view> names;
  for (const NamedArray& array : arrays) {
    if (array.name == "__metadata__" || !names.insert(array.name).second) {
      fail(path, "the name " + in_quotes(array.name) + " occurs twice or is reserved");
    }
    order.push_back(&array);
  }
  std::sort(order.begin(), order.end(),
            [](const NamedArray* a, const NamedArray* b) { return a->name < b->name; });
  return order;
}

std::string header_text(const std::vector<const NamedArray*>& order,
                        const std::map<std::string, std::string>& metadata,
                        const std::filesystem::path& path) {
  std::string text = "{";
  if (!metadata.empty()) {
    text += "\"__metadata__\":";
    char before = '{';
    for (const auto& [key, value] : metadata) {
      text.append(1, before).append(json_string(key, path));
      text.append(":").append(json_string(value, path));
      before = ',';
    }
    text += '}';
  }
  std::uint64_t offset = 0;
  for (const NamedArray* array : order) {
    if (text.size() > 1) text += ',';
    text += json_string(array->name, path) + ":{\"dtype\":\"F32\",\"shape\":[";
    for (std::size_t i = 0; i < array->shape.size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(array->shape[i]);
    }
    const std::uint64_t end = offset + byte_count(*array, path);
    text += "],\"data_offsets\":[" + std::to_string(offset) + ',' + std::to_string(end) + "]}";
    offset = end;
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  if (text.size() > longest_header) fail(path, "the names take more than 100000000 bytes");
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::vector<NamedArray>& arrays,
                       const std::map<std::string, std::string>& metadata) {
  const std::vector<const NamedArray*> order = ordered(arrays, path);
  const std::string header = header_text(order, metadata, path);
  const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  AtomicFile file(path);
  file.stream().write(length.data(), length.size());
  file.stream() << header;
  for (const NamedArray* array : order) {
    file.stream().write(reinterpret_cast<const char*>(array->values),
                        static_cast<std::streamsize>(byte_count(*array, path)));
  }
  file.commit();
}

}  // namespace integrad
