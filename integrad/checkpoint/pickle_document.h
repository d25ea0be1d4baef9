// A Python pickle as data. Reading one normally runs whatever functions it names; here the names
// are compared with a list, calls are noted instead of made, and nothing is ever executed.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace integrad {

enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,        // fits 64 bits
  large_integer,  // its little-endian bytes are text
  real,
  text,
  bytes,
  list,
  tuple,
  dictionary,
  set,
  global,      // a function or class of the list
  call,        // global(arguments), and what was set on the result afterwards
  persistent,  // something outside the stream: its description
};

/// One value; small, copied freely. Containers are shared: two values may be the same list.
struct PickleValue {
  PickleKind kind = PickleKind::none;
  std::int64_t number = 0;  // integer, boolean (0, 1); else a place in the document's tables
};

/// A container or a call.
struct PickleNode {
  std::vector<PickleValue> items;  // list, tuple, set: entries; dictionary, call: key, value, …
  PickleValue callable;            // call: a global
  PickleValue arguments;           // call: a tuple; persistent: the description
  PickleValue state;               // call: what BUILD has set
};

/// What a stream may contain.
struct PickleRules {
  std::span<const std::string_view>
      globals;              // "collections.OrderedDict"; nothing else may be named
  bool persistent = false;  // whether values outside the stream may be named
};

/// Const after `parse`. Strings are windows on the bytes, which must outlive the document; memory
/// is in proportion to the stream. A list may contain itself: follow values to a known depth only.
class PickleDocument {
 public:
  /// Reads one pickle of protocol 2 to 5 from the front of `bytes`. `file` and `part` are for
  /// messages. Throws CheckpointError for an opcode or name that is not on the lists, and for
  /// anything malformed.
  static PickleDocument parse(std::span<const std::byte> bytes, const PickleRules& rules,
                              const std::filesystem::path& file, std::string_view part);

  PickleValue root() const { return root_; }
  /// Bytes of the stream, the stop included.
  std::size_t size() const { return size_; }

  std::optional<std::int64_t> integer(PickleValue value) const;
  std::optional<bool> boolean(PickleValue value) const;
  /// Of text, bytes and large integers.
  std::optional<std::string_view> string(PickleValue value, PickleKind kind) const;
  /// Entries of a list, tuple, set; key, value, key, value, … of a dictionary. None when the value
  /// is of another kind.
  const std::vector<PickleValue>* items(PickleValue value, PickleKind kind) const;
  /// None when the value is no call (no persistent description).
  const PickleNode* call(PickleValue value) const;
  const PickleNode* persistent(PickleValue value) const;
  /// The name of a global; "" when the value is none.
  std::string_view global(PickleValue value) const;

 private:
  friend class PickleMachine;
  std::vector<std::string_view> globals_;  // the rules' list
  std::vector<std::string_view> strings_;
  std::deque<PickleNode> nodes_;
  PickleValue root_;
  std::size_t size_ = 0;
};

}  // namespace integrad
