#include "integrad/text/vocabulary.h"

#include <algorithm>
#include <numeric>

namespace integrad {
namespace {

std::size_t first_slot(std::uint64_t hash, std::size_t slots) {
  return static_cast<std::size_t>(hash ^ (hash >> 32)) & (slots - 1);
}

}  // namespace

std::uint64_t Vocabulary::hash(std::uint64_t state, std::string_view text) {
  for (const char character : text) {
    state = (state ^ static_cast<unsigned char>(character)) * 1099511628211u;
  }
  return state;
}

void Vocabulary::reserve(std::size_t pieces, std::size_t bytes) {
  entries_.reserve(pieces);
  characters_.reserve(bytes);
  std::size_t slots = 64;
  while (slots < 2 * pieces) slots *= 2;
  if (slots > slots_.size()) grow(slots);
}

void Vocabulary::grow(std::size_t slots) {
  slots_.assign(slots, 0);
  for (std::size_t position = 0; position < entries_.size(); ++position) {
    std::size_t slot = first_slot(entries_[position].hash, slots);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots - 1);
    slots_[slot] = static_cast<std::uint32_t>(position + 1);
  }
}

void Vocabulary::add(std::string_view piece, std::int32_t id) {
  if (const auto known = find(piece)) {
    entries_[*known].id = id;
    return;
  }
  entries_.push_back(
      {hash(seed, piece), characters_.size(), static_cast<std::uint32_t>(piece.size()), id});
  characters_.append(piece);
  longest_ = std::max(longest_, piece.size());
  if (2 * entries_.size() > slots_.size()) {
    grow(std::max<std::size_t>(64, 2 * slots_.size()));
    return;
  }
  std::size_t slot = first_slot(entries_.back().hash, slots_.size());
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
}

std::optional<std::size_t> Vocabulary::find(std::uint64_t hash, std::string_view prefix,
                                            std::string_view rest) const {
  if (slots_.empty()) return std::nullopt;
  for (std::size_t slot = first_slot(hash, slots_.size()); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    const std::size_t position = slots_[slot] - 1;
    if (entries_[position].hash != hash) continue;
    const std::string_view known = piece(position);
    if (known.size() == prefix.size() + rest.size() && known.substr(0, prefix.size()) == prefix &&
        known.substr(prefix.size()) == rest) {
      return position;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> Vocabulary::find(std::string_view piece) const {
  return find(hash(seed, piece), {}, piece);
}

std::string_view Vocabulary::piece(std::size_t position) const {
  return std::string_view(characters_).substr(entries_[position].offset, entries_[position].bytes);
}

std::optional<std::int32_t> Vocabulary::id(std::string_view piece) const {
  const auto position = find(piece);
  if (!position) return std::nullopt;
  return entries_[*position].id;
}

void Vocabulary::index_ids() {
  by_id_.resize(entries_.size());
  std::iota(by_id_.begin(), by_id_.end(), 0u);
  const auto id_at = [this](std::uint32_t position) { return entries_[position].id; };
  if (!std::ranges::is_sorted(by_id_, {}, id_at)) std::ranges::stable_sort(by_id_, {}, id_at);
}

std::optional<std::size_t> Vocabulary::position_of_id(std::int32_t id) const {
  const auto id_at = [this](std::uint32_t position) { return entries_[position].id; };
  const auto found = std::ranges::lower_bound(by_id_, id, {}, id_at);
  if (found == by_id_.end() || id_at(*found) != id) return std::nullopt;
  return *found;
}

std::int64_t Vocabulary::id_end() const {
  std::int64_t end = 0;
  for (const Entry& entry : entries_) end = std::max<std::int64_t>(end, entry.id + std::int64_t{1});
  return end;
}

}  // namespace integrad
