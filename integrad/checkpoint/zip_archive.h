// The members of a zip archive, found through its central directory (PKWARE APPNOTE 6.3.10), zip64
// included. An own reader because members must be used where they lie in a mapped file: libraries
// hand out copies, not places, and pass over overlaps and double names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace integrad {

struct ZipMember {
  std::string name;  // "archive/data.pkl"; never leads out of a folder
  bool deflated = false;
  std::uint32_t checksum = 0;         // CRC-32 of the content
  std::uint64_t size = 0;             // bytes of the content
  std::span<const std::byte> stored;  // as it lies in the file: the content unless deflated
};

/// Owns the list, not the bytes. Const after `parse`.
class ZipArchive {
 public:
  /// Whether the bytes begin as a zip file.
  static bool is_zip(std::span<const std::byte> bytes);
  /// Reads the directory of `bytes`, a whole file; `file` is for messages. Throws CheckpointError:
  /// malformed or truncated, encrypted, a compression other than deflate, names with "..", names
  /// that occur twice, members that overlap.
  static ZipArchive parse(std::span<const std::byte> bytes, const std::filesystem::path& file);

  /// Sorted by name; folders left out.
  const std::vector<ZipMember>& members() const { return members_; }
  /// None when there is no member of that name.
  const ZipMember* find(std::string_view name) const;

 private:
  std::vector<ZipMember> members_;
};

}  // namespace integrad
