#include "integrad/text/json_tree.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer.h"

namespace integrad {
namespace {

constexpr std::size_t deepest_nesting = 64;  // real tokenizer files use about eight levels
constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30;  // real ones have a few MB

/// Receives nlohmann's events and builds the document.
class JsonTreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonTreeBuilder(JsonTree& root, const std::string& where) : root_(root), where_(where) {}

  bool null() override { return put(JsonTree{nullptr}); }
  bool boolean(bool value) override { return put(JsonTree{value}); }
  bool number_integer(std::int64_t value) override { return put(JsonTree{value}); }
  bool number_unsigned(std::uint64_t value) override {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return put(JsonTree{static_cast<double>(value)});
    }
    return put(JsonTree{static_cast<std::int64_t>(value)});
  }
  bool number_float(double value, const std::string&) override { return put(JsonTree{value}); }
  bool string(std::string& value) override { return put(JsonTree{std::move(value)}); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonTree{JsonTree::Object{}}); }
  bool start_array(std::size_t) override { return open(JsonTree{JsonTree::Array{}}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    std::get<JsonTree::Object>(open_.back()->value).push_back({std::move(value), {}});
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& error) override {
    std::string message = error.what();  // "[json.exception.parse_error.101] parse error at …"
    if (const auto end = message.find("] "); end != std::string::npos) message.erase(0, end + 2);
    throw TokenizerError(where_ + ": not valid JSON: " + repair_utf8(message));
  }

 private:
  JsonTree* place(JsonTree value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    JsonTree& container = *open_.back();
    if (auto* object = std::get_if<JsonTree::Object>(&container.value)) {
      object->back().value = std::move(value);
      return &object->back().value;
    }
    auto& array = std::get<JsonTree::Array>(container.value);
    array.push_back(std::move(value));
    return &array.back();
  }
  bool put(JsonTree value) { return place(std::move(value)) != nullptr; }
  bool open(JsonTree value) {
    if (open_.size() >= deepest_nesting) {
      throw TokenizerError(where_ + ": JSON nested deeper than " + std::to_string(deepest_nesting) +
                           " levels");
    }
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  JsonTree& root_;
  const std::string& where_;
  std::vector<JsonTree*> open_;
};

std::string describe(const JsonTree& value) {
  struct Describe {
    std::string operator()(std::nullptr_t) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return nlohmann::json(number).dump(); }
    std::string operator()(const std::string& text) const { return "\"" + shown(text) + "\""; }
    std::string operator()(const JsonTree::Array&) const { return "an array"; }
    std::string operator()(const JsonTree::Object&) const { return "an object"; }
  };
  return std::visit(Describe{}, value.value);
}

}  // namespace

JsonTree parse_json_tree(std::string_view text, const std::string& where) {
  JsonTree root;
  JsonTreeBuilder builder(root, where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return root;
}

bool file_exists(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(file, error);
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string result(text.substr(0, longest));
  if (text.size() > longest) result = repair_utf8(result) + "…";
  for (char& character : result) {
    if (static_cast<unsigned char>(character) < 0x20) character = '?';
  }
  return result;
}

std::string read_tokenizer_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) throw TokenizerError(file.string() + ": cannot be read");
  if (bytes > largest_file) {
    throw TokenizerError(file.string() + ": has " + std::to_string(bytes) +
                         " bytes, too many for a tokenizer's file");
  }
  std::string text(static_cast<std::size_t>(bytes), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(bytes));
  if (static_cast<std::size_t>(stream.gcount()) != text.size()) {
    throw TokenizerError(file.string() + ": cannot be read to its end");
  }
  return text;
}

JsonField::JsonField(const JsonTree& value, std::string file, std::string name)
    : value_(&value), file_(std::move(file)), name_(std::move(name)) {}

JsonField JsonField::child(const JsonTree& value, const std::string& name) const {
  return {value, file_, name_.empty() ? shown(name) : name_ + "." + shown(name)};
}

std::optional<JsonField> JsonField::find(std::string_view key) const {
  const JsonTree::Object& members = as_object();
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->key != key) continue;
    if (member->value.is_null()) return std::nullopt;
    return child(member->value, member->key);
  }
  return std::nullopt;
}

JsonField JsonField::at(std::string_view key) const {
  if (auto found = find(key)) return *found;
  throw TokenizerError(where() + (name_.empty() ? ": " : " ") + "has no '" + std::string(key) +
                       "'");
}

std::vector<JsonField> JsonField::elements() const {
  std::vector<JsonField> result;
  for (std::size_t k = 0; k < as_array().size(); ++k) result.push_back(element(k));
  return result;
}

JsonField JsonField::element(std::size_t index) const {
  const JsonTree::Array& array = as_array();
  if (index >= array.size()) {
    fail("has " + std::to_string(array.size()) + " elements, expected more");
  }
  return {array[index], file_, name_ + "[" + std::to_string(index) + "]"};
}

const std::string& JsonField::as_string() const {
  if (const std::string* text = value_->string()) return *text;
  fail("expected a string, found " + describe(*value_));
}

bool JsonField::as_bool() const {
  if (const bool* flag = std::get_if<bool>(&value_->value)) return *flag;
  fail("expected true or false, found " + describe(*value_));
}

double JsonField::as_number() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value_->value)) {
    return static_cast<double>(*whole);
  }
  if (const double* number = std::get_if<double>(&value_->value)) return *number;
  fail("expected a number, found " + describe(*value_));
}

std::int64_t JsonField::as_integer(std::int64_t from, std::int64_t to) const {
  const auto* whole = std::get_if<std::int64_t>(&value_->value);
  if (whole != nullptr && *whole >= from && *whole <= to) return *whole;
  fail("expected a whole number from " + std::to_string(from) + " to " + std::to_string(to) +
       ", found " + describe(*value_));
}

std::int32_t JsonField::as_id() const {
  return static_cast<std::int32_t>(as_integer(0, std::numeric_limits<std::int32_t>::max() - 1));
}

const JsonTree::Array& JsonField::as_array() const {
  if (const auto* array = value_->array()) return *array;
  fail("expected an array, found " + describe(*value_));
}

const JsonTree::Object& JsonField::as_object() const {
  if (const auto* object = value_->object()) return *object;
  fail("expected an object, found " + describe(*value_));
}

std::string JsonField::string_or(std::string_view key, std::string_view otherwise) const {
  const auto field = find(key);
  return field ? field->as_string() : std::string(otherwise);
}

bool JsonField::bool_or(std::string_view key, bool otherwise) const {
  const auto field = find(key);
  return field ? field->as_bool() : otherwise;
}

std::string JsonField::where() const { return name_.empty() ? file_ : file_ + ": " + name_; }

void JsonField::fail(const std::string& what) const { throw TokenizerError(where() + ": " + what); }

}  // namespace integrad
