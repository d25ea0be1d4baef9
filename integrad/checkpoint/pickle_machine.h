// The stack machine of the pickle format (Python's pickletools.py describes every opcode), cut down
// to opcodes that build data.
#pragma once

#include <unordered_map>

#include "integrad/checkpoint/byte_cursor.h"
#include "integrad/checkpoint/pickle_document.h"

namespace integrad {

/// Fills one document; used by PickleDocument::parse only.
class PickleMachine {
 public:
  PickleMachine(std::span<const std::byte> bytes, const PickleRules& rules,
                const std::filesystem::path& file, std::string_view part, PickleDocument& document);
  /// Until the stop. Throws CheckpointError.
  void run();

 private:
  // One opcode of a group each; false when it is of another group.
  bool scalar(char opcode);
  bool string(char opcode);
  bool container(char opcode);
  bool memory(char opcode);
  bool object(char opcode);

  void push(PickleValue value) { stack_.push_back(value); }
  void push_integer(std::int64_t number) { push({PickleKind::integer, number}); }
  void push_string(PickleKind kind, std::uint64_t length);
  void push_long(std::size_t length);
  PickleNode& push_node(PickleKind kind);
  void push_tuple(std::size_t count);
  void push_global(std::string_view module, std::string_view name);
  void push_call();
  /// Where the last `count` values begin, which must lie above the last mark.
  std::size_t last(std::size_t count) const;
  PickleValue pop();
  std::size_t pop_mark();
  /// Moves the values from `begin` on into the container below them.
  void fill(std::size_t begin, bool pairs);
  void fetch(std::uint64_t key);
  void store(std::uint64_t key);
  PickleNode& node(PickleValue value);
  std::string_view pop_text();

  ByteCursor cursor_;
  const PickleRules& rules_;
  PickleDocument& document_;
  std::vector<PickleValue> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::unordered_map<std::uint64_t, PickleValue> memo_;
};

}  // namespace integrad
