#include "integrad/text/merge_table.h"

#include <utility>

namespace integrad {
namespace {

std::uint64_t key_of(std::uint32_t left, std::uint32_t right) {
  return (std::uint64_t{left} << 32) | right;
}

}  // namespace

void MergeTable::reserve(std::size_t merges) {
  std::size_t slots = 64;
  while (slots < 2 * merges) slots *= 2;
  if (slots <= slots_.size()) return;
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots));
  for (const Slot& slot : old) {
    if (slot.key != free_key) slots_[slot_of(slot.key)] = slot;
  }
}

std::size_t MergeTable::slot_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::uint64_t mixed = key * 0x9E3779B97F4A7C15u;
  mixed ^= mixed >> 32;
  std::size_t slot = static_cast<std::size_t>(mixed) & mask;
  while (slots_[slot].key != key && slots_[slot].key != free_key) slot = (slot + 1) & mask;
  return slot;
}

void MergeTable::add(std::uint32_t left, std::uint32_t right, Merge merge) {
  reserve(size_ + 1);
  Slot& slot = slots_[slot_of(key_of(left, right))];
  if (slot.key == free_key) ++size_;
  slot = {key_of(left, right), merge};
}

const MergeTable::Merge* MergeTable::find(std::uint32_t left, std::uint32_t right) const {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slots_[slot_of(key_of(left, right))];
  return slot.key == free_key ? nullptr : &slot.merge;
}

}  // namespace integrad
