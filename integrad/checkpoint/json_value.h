// A JSON document in memory, for files that are small: config.json and shard indexes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace integrad {

struct JsonMember;

/// One value and all below it. Integers that do not fit 64 bits with sign are doubles.
struct JsonValue {
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;  // in the order of the file
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data;

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data); }
  /// The value as T (one of the alternatives above), or none when it is of another type.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  /// Member of an object; none when it is absent or this is no object. Of a name that occurs twice
  /// the last one, as Python reads it.
  const JsonValue* find(std::string_view name) const;
  /// What it is, for "found …": `the string "eight"`, `the number 1.5`, `null`, `an array`.
  std::string description() const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

/// Whether a name may occur twice in one object.
enum class DuplicateNames { last_wins, refused };

/// Throws CheckpointError: see read_json; more than a million values; a name that occurs twice if
/// these are refused.
JsonValue parse_json(std::string_view text, const std::filesystem::path& file, DuplicateNames);

/// The same of a whole file; CheckpointError also when it is missing or larger than 32 MB.
JsonValue load_json(const std::filesystem::path& file, DuplicateNames);

}  // namespace integrad
