#include "integrad/checkpoint/json_value.h"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/json_reader.h"
#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

constexpr int most_values = 1'000'000;  // the largest public index has a tenth of it

/// Builds a JsonValue from events. A value takes 40 bytes where the file may spend two: hence the
/// limit.
class Builder final : public JsonEvents {
 public:
  Builder(const std::filesystem::path& file, DuplicateNames duplicates)
      : file_(file), duplicates_(duplicates) {}

  void begin_object() override { open_.push_back({JsonValue{JsonValue::Object()}, {}, {}}); }
  void begin_array() override { open_.push_back({JsonValue{JsonValue::Array()}, {}, {}}); }
  void key(std::string&& name) override {
    Level& level = open_.back();
    if (duplicates_ == DuplicateNames::refused && !level.seen.insert(name).second) {
      fail_checkpoint(file_, "the name " + in_quotes(name) + " occurs twice");
    }
    level.key = std::move(name);
  }
  void end_object() override { close(); }
  void end_array() override { close(); }
  void scalar(JsonScalar&& value) override {
    std::visit([this](auto& v) { add(to_value(std::move(v))); }, value);
  }

  JsonValue take() { return std::move(root_); }

 private:
  struct Level {
    JsonValue value;
    std::string key;  // of the member that comes next
    std::unordered_set<std::string> seen;
  };

  template <class T>
  static JsonValue to_value(T&& value) {
    return JsonValue{std::forward<T>(value)};
  }
  static JsonValue to_value(std::uint64_t&& value) {
    if (std::in_range<std::int64_t>(value)) return JsonValue{static_cast<std::int64_t>(value)};
    return JsonValue{static_cast<double>(value)};
  }
  void close() {
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
  }
  void add(JsonValue&& value) {
    if (++count_ > most_values) {
      fail_checkpoint(file_, "more than " + std::to_string(most_values) + " values");
    }
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<JsonValue::Array>(&open_.back().value.data)) {
      array->push_back(std::move(value));
    } else {
      auto& object = std::get<JsonValue::Object>(open_.back().value.data);
      object.push_back({std::move(open_.back().key), std::move(value)});
    }
  }

  const std::filesystem::path& file_;
  DuplicateNames duplicates_;
  int count_ = 0;
  std::vector<Level> open_;
  JsonValue root_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  const Object* members = as<Object>();
  if (members == nullptr) return nullptr;
  const JsonValue* found = nullptr;
  for (const JsonMember& member : *members) {
    if (member.name == name) found = &member.value;
  }
  return found;
}

std::string JsonValue::description() const {
  if (const auto* value = as<bool>()) return *value ? "true" : "false";
  if (const auto* value = as<std::int64_t>()) return "the number " + std::to_string(*value);
  if (const auto* value = as<double>()) return "the number " + nlohmann::json(*value).dump();
  if (const auto* value = as<std::string>()) return "the string " + in_quotes(*value);
  if (as<Array>() != nullptr) return "an array";
  if (as<Object>() != nullptr) return "an object";
  return "null";
}

JsonValue parse_json(std::string_view text, const std::filesystem::path& file,
                     DuplicateNames duplicates) {
  Builder builder(file, duplicates);
  read_json(text, file, builder);
  return builder.take();
}

JsonValue load_json(const std::filesystem::path& file, DuplicateNames duplicates) {
  constexpr std::size_t largest = 32'000'000;  // the largest public index has 8 MB
  const MappedFile mapping(file);
  const auto bytes = mapping.bytes();
  if (bytes.size() > largest) {
    fail_checkpoint(file, "the file has " + std::to_string(bytes.size()) +
                              " bytes, expected at most " + std::to_string(largest));
  }
  return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file, duplicates);
}

}  // namespace integrad
