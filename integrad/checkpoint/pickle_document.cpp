#include "integrad/checkpoint/pickle_document.h"

#include "integrad/checkpoint/pickle_machine.h"

namespace integrad {

PickleDocument PickleDocument::parse(std::span<const std::byte> bytes, const PickleRules& rules,
                                     const std::filesystem::path& file, std::string_view part) {
  PickleDocument document;
  PickleMachine machine(bytes, rules, file, part, document);
  machine.run();
  return document;
}

std::optional<std::int64_t> PickleDocument::integer(PickleValue value) const {
  if (value.kind != PickleKind::integer) return std::nullopt;
  return value.number;
}

std::optional<bool> PickleDocument::boolean(PickleValue value) const {
  if (value.kind != PickleKind::boolean) return std::nullopt;
  return value.number != 0;
}

std::optional<std::string_view> PickleDocument::string(PickleValue value, PickleKind kind) const {
  if (value.kind != kind) return std::nullopt;
  return strings_[static_cast<std::size_t>(value.number)];
}

const std::vector<PickleValue>* PickleDocument::items(PickleValue value, PickleKind kind) const {
  return value.kind == kind ? &nodes_[static_cast<std::size_t>(value.number)].items : nullptr;
}

const PickleNode* PickleDocument::call(PickleValue value) const {
  return value.kind == PickleKind::call ? &nodes_[static_cast<std::size_t>(value.number)] : nullptr;
}

const PickleNode* PickleDocument::persistent(PickleValue value) const {
  return value.kind == PickleKind::persistent ? &nodes_[static_cast<std::size_t>(value.number)]
                                              : nullptr;
}

std::string_view PickleDocument::global(PickleValue value) const {
  return value.kind == PickleKind::global ? globals_[static_cast<std::size_t>(value.number)]
                                          : std::string_view();
}

}  // namespace integrad
