#include "integrad/checkpoint/zip_archive.h"

#include <algorithm>
#include <limits>

#include "integrad/checkpoint/byte_cursor.h"

namespace integrad {
namespace {

constexpr std::uint32_t local_mark = 0x04034b50;
constexpr std::uint32_t entry_mark = 0x02014b50;
constexpr std::uint32_t end_mark = 0x06054b50;
constexpr std::uint32_t end64_mark = 0x06064b50;
constexpr std::uint32_t locator64_mark = 0x07064b50;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t locator64_bytes = 20;
constexpr std::size_t longest_comment = 0xffff;
constexpr auto all16 = std::numeric_limits<std::uint16_t>::max();  // "see the zip64 field"
constexpr auto all32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view part = "its zip directory";

using Bytes = std::span<const std::byte>;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& fault) {
  fail_checkpoint(file, fault);
}

/// Where the central directory lies.
struct Directory {
  std::uint64_t count = 0;
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

/// A member as the directory describes it.
struct Entry {
  ZipMember member;
  std::uint16_t method = 0;
  std::uint64_t begin = 0;  // of its local header
  std::uint64_t packed = 0;
};

/// The record at the end of the file, behind which only its comment stands.
std::size_t find_end(Bytes bytes, const std::filesystem::path& file) {
  const std::size_t last = bytes.size() < end_bytes ? 0 : bytes.size() - end_bytes;
  const std::size_t first = last - std::min(last, longest_comment);
  for (std::size_t place = last + 1; place-- > first && bytes.size() >= end_bytes;) {
    ByteCursor cursor(bytes.subspan(place), file, part);
    if (cursor.number<std::uint32_t>() != end_mark) continue;
    cursor.take(16);
    if (cursor.number<std::uint16_t>() == cursor.left()) return place;
  }
  fail(file, "a zip file without its directory at the end; is the download complete?");
}

/// The larger record that zip64 puts before the end; its place ends the directory.
std::size_t read_end64(Bytes bytes, std::size_t locator, Directory& directory,
                       const std::filesystem::path& file) {
  ByteCursor cursor(bytes.subspan(locator), file, part);
  cursor.take(8);  // mark, disk
  const auto place = cursor.number<std::uint64_t>();
  if (place > locator) fail(file, "the zip64 record lies outside the file");
  ByteCursor record(bytes.subspan(static_cast<std::size_t>(place), locator - place), file, part);
  if (record.number<std::uint32_t>() != end64_mark) fail(file, "the zip64 record is malformed");
  record.take(8 + 2 + 2 + 4 + 4 + 8);  // size, versions, disks, entries on this disk
  directory.count = record.number<std::uint64_t>();
  directory.size = record.number<std::uint64_t>();
  directory.begin = record.number<std::uint64_t>();
  return static_cast<std::size_t>(place);
}

Directory find_directory(Bytes bytes, const std::filesystem::path& file) {
  std::size_t end = find_end(bytes, file);
  ByteCursor cursor(bytes.subspan(end), file, part);
  cursor.take(4);
  if (cursor.number<std::uint32_t>() != 0) fail(file, "a zip archive in several parts");
  cursor.take(2);
  Directory directory;
  directory.count = cursor.number<std::uint16_t>();
  directory.size = cursor.number<std::uint32_t>();
  directory.begin = cursor.number<std::uint32_t>();
  if (end >= locator64_bytes) {
    ByteCursor locator(bytes.subspan(end - locator64_bytes), file, part);
    if (locator.number<std::uint32_t>() == locator64_mark) {
      end = read_end64(bytes, end - locator64_bytes, directory, file);
    }
  }
  if (directory.begin > end || directory.size != end - directory.begin) {
    fail(file, "the zip directory does not lie where the end of the file says");
  }
  return directory;
}

/// Replaces the numbers that do not fit 32 bits (APPNOTE 4.5.3).
void read_extra(Bytes extra, Entry& entry, const std::filesystem::path& file) {
  ByteCursor cursor(extra, file, part);
  while (cursor.left() >= 4) {
    const auto kind = cursor.number<std::uint16_t>();
    ByteCursor field(cursor.take(cursor.number<std::uint16_t>()), file, part);
    if (kind != 1) continue;
    for (std::uint64_t* value : {&entry.member.size, &entry.packed, &entry.begin}) {
      if (*value == all32) *value = field.number<std::uint64_t>();
    }
    return;
  }
}

bool leads_outside(std::string_view name) {
  return name.empty() || name.front() == '/' ||
         name.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos ||
         ("/" + std::string(name) + "/").find("/../") != std::string::npos;
}

Entry read_entry(ByteCursor& cursor, const std::filesystem::path& file) {
  if (cursor.number<std::uint32_t>() != entry_mark) fail(file, "the zip directory is malformed");
  Entry entry;
  cursor.take(4);  // versions
  const auto flags = cursor.number<std::uint16_t>();
  entry.method = cursor.number<std::uint16_t>();
  cursor.take(4);  // time
  entry.member.checksum = cursor.number<std::uint32_t>();
  entry.packed = cursor.number<std::uint32_t>();
  entry.member.size = cursor.number<std::uint32_t>();
  const auto name_length = cursor.number<std::uint16_t>();
  const auto extra_length = cursor.number<std::uint16_t>();
  const auto comment_length = cursor.number<std::uint16_t>();
  const auto disk = cursor.number<std::uint16_t>();
  cursor.take(6);  // attributes
  entry.begin = cursor.number<std::uint32_t>();
  entry.member.name = std::string(cursor.text(name_length));
  read_extra(cursor.take(extra_length), entry, file);
  cursor.take(comment_length);

  const std::string name = "member " + in_quotes(entry.member.name);
  if (leads_outside(entry.member.name)) fail(file, name + " has a name that leads out of a folder");
  if (disk != 0 && disk != all16) fail(file, name + " lies in another part of the archive");
  if ((flags & 1U) != 0) fail(file, name + " is encrypted");
  if (entry.method != 0 && entry.method != 8) {
    fail(file, name + " is compressed by method " + std::to_string(entry.method) +
                   ", expected stored (0) or deflated (8)");
  }
  entry.member.deflated = entry.method == 8;
  if (!entry.member.deflated && entry.packed != entry.member.size) {
    fail(file, name + " is stored, but its two sizes differ");
  }
  return entry;
}

/// Finds the content behind the member's local header; returns where it ends.
std::size_t locate(Bytes before_directory, Entry& entry, const std::filesystem::path& file) {
  const std::string name = "member " + in_quotes(entry.member.name);
  if (entry.begin > before_directory.size()) fail(file, name + " lies outside the file");
  ByteCursor cursor(before_directory.subspan(static_cast<std::size_t>(entry.begin)), file, name);
  const auto mark = cursor.number<std::uint32_t>();
  cursor.take(4);  // version, flags
  const auto method = cursor.number<std::uint16_t>();
  cursor.take(16);  // time, and what the directory says too
  const auto name_length = cursor.number<std::uint16_t>();
  const auto extra_length = cursor.number<std::uint16_t>();
  if (mark != local_mark || method != entry.method ||
      cursor.text(name_length) != entry.member.name) {
    fail(file, name + " and the zip directory contradict each other");
  }
  cursor.take(extra_length);
  entry.member.stored = cursor.take(entry.packed);
  return static_cast<std::size_t>(entry.begin) + cursor.position();
}

}  // namespace

bool ZipArchive::is_zip(std::span<const std::byte> bytes) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()),
                          std::min<std::size_t>(bytes.size(), 4)) == "PK\x03\x04";
}

ZipArchive ZipArchive::parse(std::span<const std::byte> bytes, const std::filesystem::path& file) {
  const Directory directory = find_directory(bytes, file);
  const auto begin = static_cast<std::size_t>(directory.begin);
  ByteCursor cursor(bytes.subspan(begin, static_cast<std::size_t>(directory.size)), file, part);
  std::vector<Entry> entries;
  while (cursor.left() > 0) entries.push_back(read_entry(cursor, file));
  if (entries.size() != directory.count) {
    fail(file, "the zip directory has " + std::to_string(entries.size()) + " members, " +
                   std::to_string(directory.count) + " are announced");
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  ZipArchive archive;
  std::size_t end = 0;
  for (Entry& entry : entries) {
    if (entry.begin < end)
      fail(file, "member " + in_quotes(entry.member.name) + " overlaps another");
    end = locate(bytes.first(begin), entry, file);
    if (!entry.member.name.ends_with('/')) archive.members_.push_back(std::move(entry.member));
  }
  std::vector<ZipMember>& members = archive.members_;
  std::sort(members.begin(), members.end(),
            [](const ZipMember& a, const ZipMember& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(members.begin(), members.end(),
                         [](const ZipMember& a, const ZipMember& b) { return a.name == b.name; });
  if (twice != members.end()) fail(file, "member " + in_quotes(twice->name) + " occurs twice");
  return archive;
}

const ZipMember* ZipArchive::find(std::string_view name) const {
  const auto place = std::lower_bound(
      members_.begin(), members_.end(), name,
      [](const ZipMember& member, std::string_view wanted) { return member.name < wanted; });
  return place != members_.end() && place->name == name ? &*place : nullptr;
}

}  // namespace integrad
