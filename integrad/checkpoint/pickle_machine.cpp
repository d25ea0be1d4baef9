#include "integrad/checkpoint/pickle_machine.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace integrad {
namespace {

/// Containers and calls of one stream: ten times what the largest models need.
constexpr std::size_t most_nodes = 1'000'000;

}  // namespace

PickleMachine::PickleMachine(std::span<const std::byte> bytes, const PickleRules& rules,
                             const std::filesystem::path& file, std::string_view part,
                             PickleDocument& document)
    : cursor_(bytes, file, part), rules_(rules), document_(document) {
  document_.globals_.assign(rules.globals.begin(), rules.globals.end());
}

void PickleMachine::run() {
  for (;;) {
    const std::size_t place = cursor_.position();
    const char opcode = cursor_.number<char>();
    if (opcode == '.') break;
    if (scalar(opcode) || string(opcode) || container(opcode) || memory(opcode) || object(opcode)) {
      continue;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "0x%02x", static_cast<unsigned char>(opcode));
    cursor_.fail("holds the pickle opcode " + std::string(code.data()) + " at byte " +
                 std::to_string(place) + ", which saved weights do not need");
  }
  document_.root_ = pop();
  if (!stack_.empty() || !marks_.empty()) cursor_.fail("leaves values behind on its pickle stack");
  document_.size_ = cursor_.position();
}

bool PickleMachine::scalar(char opcode) {
  switch (opcode) {
    case '\x80': {  // PROTO
      const int protocol = cursor_.number<std::uint8_t>();
      if (protocol < 2 || protocol > 5) {
        cursor_.fail("is a pickle of protocol " + std::to_string(protocol) + ", expected 2 to 5");
      }
      return true;
    }
    case '\x95':  // FRAME: how many bytes a reader may load at once
      cursor_.number<std::uint64_t>();
      return true;
    case 'N':  // NONE
      push({});
      return true;
    case '\x88':  // NEWTRUE
    case '\x89':  // NEWFALSE
      push({PickleKind::boolean, opcode == '\x88' ? 1 : 0});
      return true;
    case 'J':  // BININT
      push_integer(cursor_.number<std::int32_t>());
      return true;
    case 'K':  // BININT1
      push_integer(cursor_.number<std::uint8_t>());
      return true;
    case 'M':  // BININT2
      push_integer(cursor_.number<std::uint16_t>());
      return true;
    case '\x8a':  // LONG1
      push_long(cursor_.number<std::uint8_t>());
      return true;
    case 'G':  // BINFLOAT: eight bytes; nothing asks for their value
      cursor_.take(8);
      push({PickleKind::real, 0});
      return true;
    default:
      return false;
  }
}

bool PickleMachine::string(char opcode) {
  switch (opcode) {
    case 'X':  // BINUNICODE
      push_string(PickleKind::text, cursor_.number<std::uint32_t>());
      return true;
    case '\x8c':  // SHORT_BINUNICODE
      push_string(PickleKind::text, cursor_.number<std::uint8_t>());
      return true;
    case '\x8d':  // BINUNICODE8
      push_string(PickleKind::text, cursor_.number<std::uint64_t>());
      return true;
    case 'U':  // SHORT_BINSTRING, Python 2's str
      push_string(PickleKind::text, cursor_.number<std::uint8_t>());
      return true;
    case 'T':  // BINSTRING
      push_string(PickleKind::text, cursor_.number<std::uint32_t>());
      return true;
    case 'C':  // SHORT_BINBYTES
      push_string(PickleKind::bytes, cursor_.number<std::uint8_t>());
      return true;
    case 'B':  // BINBYTES
      push_string(PickleKind::bytes, cursor_.number<std::uint32_t>());
      return true;
    case '\x8e':  // BINBYTES8
      push_string(PickleKind::bytes, cursor_.number<std::uint64_t>());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::container(char opcode) {
  switch (opcode) {
    case '(':  // MARK
      marks_.push_back(stack_.size());
      return true;
    case '}':  // EMPTY_DICT
      push_node(PickleKind::dictionary);
      return true;
    case ']':  // EMPTY_LIST
      push_node(PickleKind::list);
      return true;
    case '\x8f':  // EMPTY_SET
      push_node(PickleKind::set);
      return true;
    case ')':  // EMPTY_TUPLE
      push_tuple(0);
      return true;
    case 't': {  // TUPLE
      const std::size_t begin = pop_mark();
      push_tuple(stack_.size() - begin);
      return true;
    }
    case '\x85':  // TUPLE1, TUPLE2, TUPLE3
    case '\x86':
    case '\x87':
      push_tuple(static_cast<std::size_t>(opcode - '\x85') + 1);
      return true;
    case 'a':  // APPEND
      fill(last(1), false);
      return true;
    case 'e':     // APPENDS
    case '\x90':  // ADDITEMS
      fill(pop_mark(), false);
      return true;
    case 's':  // SETITEM
      fill(last(2), true);
      return true;
    case 'u':  // SETITEMS
      fill(pop_mark(), true);
      return true;
    default:
      return false;
  }
}

bool PickleMachine::memory(char opcode) {
  switch (opcode) {
    case 'h':  // BINGET
      fetch(cursor_.number<std::uint8_t>());
      return true;
    case 'j':  // LONG_BINGET
      fetch(cursor_.number<std::uint32_t>());
      return true;
    case 'q':  // BINPUT
      store(cursor_.number<std::uint8_t>());
      return true;
    case 'r':  // LONG_BINPUT
      store(cursor_.number<std::uint32_t>());
      return true;
    case '\x94':  // MEMOIZE
      store(memo_.size());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::object(char opcode) {
  switch (opcode) {
    case 'c': {  // GLOBAL
      const std::string_view module = cursor_.line();
      push_global(module, cursor_.line());
      return true;
    }
    case '\x93': {  // STACK_GLOBAL
      const std::string_view name = pop_text();
      push_global(pop_text(), name);
      return true;
    }
    case 'R':     // REDUCE
    case '\x81':  // NEWOBJ
      push_call();
      return true;
    case 'b': {  // BUILD
      const PickleValue state = pop();
      const PickleValue target = stack_[last(1)];
      if (target.kind != PickleKind::call) cursor_.fail("sets the state of what is no object");
      node(target).state = state;
      return true;
    }
    case 'Q': {  // BINPERSID
      if (!rules_.persistent) cursor_.fail("refers to values outside its pickle");
      const PickleValue description = pop();
      push_node(PickleKind::persistent).arguments = description;
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::push_string(PickleKind kind, std::uint64_t length) {
  const std::string_view text = cursor_.text(length);
  push({kind, static_cast<std::int64_t>(document_.strings_.size())});
  document_.strings_.push_back(text);
}

void PickleMachine::push_long(std::size_t length) {
  if (length > sizeof(std::int64_t)) {
    push_string(PickleKind::large_integer, length);
    return;
  }
  std::uint64_t value = 0;
  bool negative = false;
  for (std::size_t i = 0; i < length; ++i) {
    const auto byte = cursor_.number<std::uint8_t>();
    value |= std::uint64_t{byte} << (8 * i);
    negative = byte >= 0x80;
  }
  if (negative && length < sizeof value) value |= ~std::uint64_t{0} << (8 * length);
  push_integer(static_cast<std::int64_t>(value));
}

PickleNode& PickleMachine::push_node(PickleKind kind) {
  if (document_.nodes_.size() >= most_nodes) {
    cursor_.fail("holds more than " + std::to_string(most_nodes) + " objects");
  }
  push({kind, static_cast<std::int64_t>(document_.nodes_.size())});
  return document_.nodes_.emplace_back();
}

void PickleMachine::push_tuple(std::size_t count) {
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(last(count));
  std::vector<PickleValue> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  push_node(PickleKind::tuple).items = std::move(items);
}

void PickleMachine::push_global(std::string_view module, std::string_view name) {
  const std::string full = std::string(module) + "." + std::string(name);
  const auto& allowed = document_.globals_;
  const auto found = std::find(allowed.begin(), allowed.end(), full);
  if (found == allowed.end()) {
    cursor_.fail("asks for " + in_quotes(full) +
                 ", which is not allowed: data needs no such function, and nothing of the file "
                 "was executed");
  }
  push({PickleKind::global, found - allowed.begin()});
}

void PickleMachine::push_call() {
  const PickleValue arguments = pop();
  const PickleValue callable = pop();
  if (callable.kind != PickleKind::global || arguments.kind != PickleKind::tuple) {
    cursor_.fail("calls what is no function");
  }
  PickleNode& call = push_node(PickleKind::call);
  call.callable = callable;
  call.arguments = arguments;
}

std::size_t PickleMachine::last(std::size_t count) const {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - floor < count) {
    cursor_.fail("takes more values from its pickle stack than are there");
  }
  return stack_.size() - count;
}

PickleValue PickleMachine::pop() {
  const PickleValue value = stack_[last(1)];
  stack_.pop_back();
  return value;
}

std::size_t PickleMachine::pop_mark() {
  if (marks_.empty()) cursor_.fail("ends a list that it did not begin");
  const std::size_t begin = marks_.back();
  marks_.pop_back();
  return begin;
}

void PickleMachine::fill(std::size_t begin, bool pairs) {
  const PickleValue target = stack_[last(stack_.size() - begin + 1)];
  const bool fits = pairs ? target.kind == PickleKind::dictionary || target.kind == PickleKind::call
                          : target.kind == PickleKind::list || target.kind == PickleKind::set;
  if (!fits || (pairs && (stack_.size() - begin) % 2 != 0)) {
    cursor_.fail("adds entries to what cannot hold them");
  }
  const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(begin);
  std::vector<PickleValue>& items = node(target).items;
  items.insert(items.end(), first, stack_.end());
  stack_.erase(first, stack_.end());
}

void PickleMachine::fetch(std::uint64_t key) {
  const auto found = memo_.find(key);
  if (found == memo_.end()) {
    cursor_.fail("fetches value " + std::to_string(key) + ", which it never stored");
  }
  push(found->second);
}

void PickleMachine::store(std::uint64_t key) { memo_[key] = stack_[last(1)]; }

PickleNode& PickleMachine::node(PickleValue value) {
  return document_.nodes_[static_cast<std::size_t>(value.number)];
}

std::string_view PickleMachine::pop_text() {
  const auto text = document_.string(pop(), PickleKind::text);
  if (!text) cursor_.fail("names a function by what is no text");
  return *text;
}

}  // namespace integrad
