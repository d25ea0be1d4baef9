// The merges of a byte-pair encoding: two neighbours, the rank of their merge and what they become.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace integrad {

/// An open hash table. Const and shareable once filled.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank = 0;  // the lowest goes first
    std::uint32_t result = 0;
  };

  /// Makes room for so many merges.
  void reserve(std::size_t merges);
  /// Adds a merge, or changes the one of a known pair.
  void add(std::uint32_t left, std::uint32_t right, Merge merge);
  /// The merge of two neighbours; null when there is none.
  const Merge* find(std::uint32_t left, std::uint32_t right) const;

 private:
  struct Slot {
    std::uint64_t key = free_key;
    Merge merge;
  };
  static constexpr std::uint64_t free_key = ~std::uint64_t{0};
  std::size_t slot_of(std::uint64_t key) const;

  std::vector<Slot> slots_;  // a power of two, at most half of them in use
  std::size_t size_ = 0;
};

}  // namespace integrad
