#include "integrad/checkpoint/config_file.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "integrad/base/error.h"
#include "integrad/checkpoint/json_value.h"
#include "integrad/checkpoint/message.h"

namespace integrad {

struct ConfigFile::Parts {
  std::filesystem::path path;
  JsonValue root;

  /// Walks down a path of dots.
  const JsonValue* at(std::string_view field) const {
    const JsonValue* value = &root;
    while (value != nullptr && !field.empty()) {
      const std::size_t dot = field.find('.');
      value = value->find(field.substr(0, dot));
      field = dot == std::string_view::npos ? std::string_view() : field.substr(dot + 1);
    }
    return value;
  }
  /// None when the field is absent or null.
  const JsonValue* find(std::string_view field) const {
    const JsonValue* value = at(field);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  [[noreturn]] void fail(std::string_view field, const std::string& expected) const {
    const JsonValue* found = at(field);
    fail_checkpoint(
        path, "field " + in_quotes(field) + " must be " + expected +
                  (found == nullptr ? ", but it is missing" : ", found " + found->description()));
  }
};

namespace {

constexpr Index most_labels = 1 << 20;

/// Places the names of id2label by the integer value of their keys.
std::vector<std::string> ordered_labels(const JsonValue::Object& members,
                                        const std::filesystem::path& path) {
  const std::size_t count = members.size();
  std::vector<std::string> labels(count);
  std::vector<bool> seen(count);
  for (const JsonMember& member : members) {
    const std::string& key = member.name;
    std::size_t place = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), place);
    const bool whole = error == std::errc() && end == key.data() + key.size();
    if (!whole || place >= count || seen[place]) {
      fail_checkpoint(path, "the keys of field \"id2label\" must be the numbers from 0 to " +
                                std::to_string(count - 1) + ", once each, found " + in_quotes(key));
    }
    seen[place] = true;
    const auto* name = member.value.as<std::string>();
    if (name == nullptr) {
      fail_checkpoint(path, "label " + key + " of field \"id2label\" must be a string, found " +
                                member.value.description());
    }
    labels[place] = *name;
  }
  return labels;
}

}  // namespace

ConfigFile ConfigFile::load(const std::filesystem::path& checkpoint_directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(checkpoint_directory, ignored)) {
    throw CheckpointError(checkpoint_directory.string() +
                          " is no folder; give the folder that save_pretrained wrote");
  }
  auto parts = std::make_unique<Parts>();
  parts->path = checkpoint_directory / "config.json";
  parts->root = load_json(parts->path, DuplicateNames::last_wins);
  return ConfigFile(std::move(parts));
}

ConfigFile ConfigFile::parse(std::string_view text, const std::filesystem::path& file) {
  auto parts = std::make_unique<Parts>();
  parts->path = file;
  parts->root = parse_json(text, file, DuplicateNames::last_wins);
  return ConfigFile(std::move(parts));
}

ConfigFile::ConfigFile(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  if (parts_->root.as<JsonValue::Object>() == nullptr) {
    fail_checkpoint(parts_->path, "expected a JSON object, found " + parts_->root.description());
  }
}
ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile& ConfigFile::operator=(ConfigFile&&) noexcept = default;
ConfigFile::~ConfigFile() = default;

bool ConfigFile::names(std::string_view field) const { return parts_->at(field) != nullptr; }

bool ConfigFile::contains(std::string_view field) const { return parts_->find(field) != nullptr; }

Index ConfigFile::integer(std::string_view field, Index lowest, Index highest,
                          std::optional<Index> fallback) const {
  const JsonValue* value = parts_->find(field);
  if (value == nullptr && fallback) return *fallback;
  const auto* number = value == nullptr ? nullptr : value->as<std::int64_t>();
  if (number == nullptr || *number < lowest || *number > highest) {
    parts_->fail(field,
                 "an integer from " + std::to_string(lowest) + " to " + std::to_string(highest));
  }
  return static_cast<Index>(*number);
}

double ConfigFile::number(std::string_view field, std::optional<double> fallback) const {
  const JsonValue* value = parts_->find(field);
  if (value == nullptr && fallback) return *fallback;
  if (value != nullptr) {
    if (const auto* number = value->as<double>()) return *number;
    if (const auto* number = value->as<std::int64_t>()) return static_cast<double>(*number);
  }
  parts_->fail(field, "a number");
}

bool ConfigFile::boolean(std::string_view field, bool fallback) const {
  const JsonValue* value = parts_->find(field);
  if (value == nullptr) return fallback;
  if (const auto* truth = value->as<bool>()) return *truth;
  parts_->fail(field, "true or false");
}

std::string ConfigFile::string(std::string_view field, std::optional<std::string> fallback) const {
  const JsonValue* value = parts_->find(field);
  if (value == nullptr && fallback) return *fallback;
  const auto* text = value == nullptr ? nullptr : value->as<std::string>();
  if (text == nullptr) parts_->fail(field, "a string");
  return *text;
}

std::vector<std::string> ConfigFile::strings(std::string_view field) const {
  const JsonValue* value = parts_->find(field);
  if (value == nullptr) return {};
  if (const auto* one = value->as<std::string>()) return {*one};
  const auto* entries = value->as<JsonValue::Array>();
  if (entries == nullptr) parts_->fail(field, "a list of strings");
  std::vector<std::string> strings;
  for (const JsonValue& entry : *entries) {
    const auto* text = entry.as<std::string>();
    if (text == nullptr) parts_->fail(field, "a list of strings");
    strings.push_back(*text);
  }
  return strings;
}

std::string ConfigFile::architecture() const {
  const JsonValue* value = parts_->find("architectures");
  if (value == nullptr) return "";
  const auto* names = value->as<JsonValue::Array>();
  if (names == nullptr) parts_->fail("architectures", "a list of strings");
  if (names->empty()) return "";
  const auto* name = names->front().as<std::string>();
  if (name == nullptr) parts_->fail("architectures", "a list of strings");
  return *name;
}

std::vector<std::string> ConfigFile::labels() const {
  if (const JsonValue* value = parts_->find("id2label")) {
    const auto* members = value->as<JsonValue::Object>();
    if (members == nullptr || members->empty()) {
      parts_->fail("id2label", "an object of at least one label name by number");
    }
    return ordered_labels(*members, parts_->path);
  }
  std::vector<std::string> labels;
  const Index count = integer("num_labels", 1, most_labels, 2);
  for (Index i = 0; i < count; ++i) labels.push_back("LABEL_" + std::to_string(i));
  return labels;
}

const std::filesystem::path& ConfigFile::path() const { return parts_->path; }

}  // namespace integrad
