// Reads JSON as a stream of events, strictly: UTF-8 checked, nesting limited, nothing but one value
// in the text. What a reader of events keeps is its own affair, so memory is in its hands.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace integrad {

/// Null, true/false, an integer below zero, an integer from zero, another number, a string.
/// Integers outside the 64-bit ranges arrive as double.
using JsonScalar =
    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string>;

/// Receives the events of one text in order. A method may throw to stop the reading.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual void begin_object() = 0;
  virtual void key(std::string&& name) = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
  virtual void scalar(JsonScalar&& value) = 0;
};

/// Levels of arrays and objects that are accepted.
inline constexpr int deepest_json = 64;

/// Sends the events of `text` to `events`. `file` is for messages. Throws CheckpointError with the
/// byte position when the text is not JSON, and when it is nested deeper than `deepest_json`.
void read_json(std::string_view text, const std::filesystem::path& file, JsonEvents& events);

}  // namespace integrad
