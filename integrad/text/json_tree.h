// A small JSON document and a reader of its fields whose errors name the file and the field.
// Nesting is capped, so that neither reading nor destroying a hostile file exhausts the stack.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace integrad {

struct JsonTreeMember;

/// A value; objects keep the order of the file.
struct JsonTree {
  using Array = std::vector<JsonTree>;
  using Object = std::vector<JsonTreeMember>;
  /// Integers beyond 64 bits are doubles.
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value;

  bool is_null() const { return value.index() == 0; }
  const std::string* string() const { return std::get_if<std::string>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
};

struct JsonTreeMember {
  std::string key;
  JsonTree value;
};

/// Parses a document. `where` names it in errors. Throws TokenizerError with the position.
JsonTree parse_json_tree(std::string_view text, const std::string& where);

/// Whether there is a file of this name that can be looked at.
bool file_exists(const std::filesystem::path& file);

/// The bytes of a file. Throws TokenizerError when it cannot be read or has more than 1 GiB.
std::string read_tokenizer_file(const std::filesystem::path& file);

/// Text of a file as an error message may show it: on one line, cut after 60 bytes.
std::string shown(std::string_view text);

/// A value together with its place, such as "DIR/tokenizer.json: model.unk_token". Looks into the
/// document. Every `as_…` throws TokenizerError when the value is of another kind.
class JsonField {
 public:
  JsonField(const JsonTree& value, std::string file, std::string name = "");

  /// The member of an object; none when it is missing or null. Of repeated keys the last counts.
  std::optional<JsonField> find(std::string_view key) const;
  /// The same, but throws TokenizerError when it is missing or null.
  JsonField at(std::string_view key) const;
  /// Elements of an array.
  std::vector<JsonField> elements() const;
  /// Element of an array.
  JsonField element(std::size_t index) const;

  const std::string& as_string() const;
  bool as_bool() const;
  double as_number() const;
  /// A whole number in [from, to].
  std::int64_t as_integer(std::int64_t from, std::int64_t to) const;
  /// An id: a whole number in [0, 2^31 - 2].
  std::int32_t as_id() const;
  const JsonTree::Array& as_array() const;
  const JsonTree::Object& as_object() const;

  std::string string_or(std::string_view key, std::string_view otherwise) const;
  bool bool_or(std::string_view key, bool otherwise) const;

  const JsonTree& value() const { return *value_; }
  const std::string& file() const { return file_; }
  /// "FILE: NAME", or "FILE" for the document itself.
  std::string where() const;
  [[noreturn]] void fail(const std::string& what) const;

 private:
  JsonField child(const JsonTree& value, const std::string& name) const;

  const JsonTree* value_;
  std::string file_;
  std::string name_;
};

}  // namespace integrad
