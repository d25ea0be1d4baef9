// Pieces of text and their ids: one block of characters and one open hash table over it, because
// a command must not spend its start-up on a hundred thousand small strings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integrad {

/// Const and shareable once filled. Views of pieces stay valid as long as nothing is added.
class Vocabulary {
 public:
  /// A hash that grows with the text: hash(hash(seed, "ab"), "c") = hash(seed, "abc") (FNV-1a), so
  /// all beginnings of a word are hashed in one walk over it.
  static constexpr std::uint64_t seed = 14695981039346656037u;
  static std::uint64_t hash(std::uint64_t state, std::string_view text);

  /// Makes room for so many pieces.
  void reserve(std::size_t pieces, std::size_t bytes);
  /// Adds a piece, or gives a known one a new id.
  void add(std::string_view piece, std::int32_t id);

  /// Position of the piece prefix + rest, whose hash is given; none when unknown.
  std::optional<std::size_t> find(std::uint64_t hash, std::string_view prefix,
                                  std::string_view rest) const;
  std::optional<std::size_t> find(std::string_view piece) const;

  std::string_view piece(std::size_t position) const;
  std::int32_t id(std::size_t position) const { return entries_[position].id; }
  /// Id of a piece; none when unknown.
  std::optional<std::int32_t> id(std::string_view piece) const;
  /// Makes `position_of_id` fast; to be called when all pieces are in.
  void index_ids();
  /// Position of an id's piece; none when no piece has it.
  std::optional<std::size_t> position_of_id(std::int32_t id) const;

  /// Number of different pieces.
  std::size_t size() const { return entries_.size(); }
  /// Largest id + 1.
  std::int64_t id_end() const;
  /// Bytes of the longest piece.
  std::size_t longest() const { return longest_; }

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t offset;
    std::uint32_t bytes;
    std::int32_t id;
  };
  void grow(std::size_t slots);

  std::string characters_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // position + 1 of an entry, 0: free; a power of two
  std::vector<std::uint32_t> by_id_;  // positions, in the order of the ids
  std::size_t longest_ = 0;
};

}  // namespace integrad
