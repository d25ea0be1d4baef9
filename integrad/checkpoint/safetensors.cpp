#include "integrad/checkpoint/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/safetensors_events.h"

namespace integrad {
namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t longest_header = 100'000'000;  // the reference's limit

std::string count_text(std::uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> header_of(std::span<const std::byte> bytes,
                                     const std::filesystem::path& file) {
  if (text_of(bytes).starts_with("version https://git-lfs")) {
    fail_checkpoint(file,
                    "this is a Git LFS pointer, not the weights; fetch them with \"git lfs pull\"");
  }
  if (bytes.size() < length_bytes) {
    fail_checkpoint(file, "the file has " + count_text(bytes.size()) +
                              ", a safetensors file has at least 8; is the download complete?");
  }
  std::uint64_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) {
    length = length << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  if (length > longest_header) {
    fail_checkpoint(file, "not a safetensors file: it announces a header of " + count_text(length) +
                              ", at most 100000000 are allowed");
  }
  if (length > bytes.size() - length_bytes) {
    fail_checkpoint(file, "it announces a header of " + count_text(length) + ", but only " +
                              count_text(bytes.size() - length_bytes) +
                              " follow; is the download complete?");
  }
  return bytes.subspan(length_bytes, static_cast<std::size_t>(length));
}

/// Bytes of a tensor; none when the shape overflows 64 bits or ends inside a byte.
std::optional<std::uint64_t> size_of(const RawEntry& entry) {
  std::uint64_t bits = 1;
  for (const std::uint64_t extent : entry.shape) {
    if (!std::in_range<Index>(extent)) return std::nullopt;
    if (__builtin_mul_overflow(bits, extent, &bits)) return std::nullopt;
  }
  const auto number_bits = static_cast<std::uint64_t>(dtype_bits(entry.dtype));
  if (__builtin_mul_overflow(bits, number_bits, &bits) || bits % 8 != 0) return std::nullopt;
  return bits / 8;
}

/// Offsets of the sorted entries must follow one another and fill the `available` bytes.
void check_layout(std::vector<RawEntry>& entries, std::uint64_t available,
                  const std::filesystem::path& file) {
  std::sort(entries.begin(), entries.end(), [](const RawEntry& a, const RawEntry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t position = 0;
  for (const RawEntry& entry : entries) {
    const auto [begin, end] = std::pair(entry.begin, entry.end);
    const auto fail = [&](const std::string& fault) {
      fail_checkpoint(file, "tensor " + in_quotes(entry.name) + fault);
    };
    if (begin != position) {
      fail(" begins at data byte " + std::to_string(begin) + ", expected " +
           std::to_string(position) + " (tensors overlap or leave a hole)");
    }
    if (end < begin) fail(" ends before it begins");
    const std::optional<std::uint64_t> size = size_of(entry);
    if (!size) fail(" has an impossible shape");
    if (*size != end - begin) {
      fail(" takes " + count_text(*size) + " by its shape and dtype, " + count_text(end - begin) +
           " by its data_offsets");
    }
    position = end;
  }
  if (position != available) {
    fail_checkpoint(file,
                    "the header describes " + count_text(position) + " of data, but " +
                        count_text(available) +
                        (position > available ? " follow; is the download complete?" : " follow"));
  }
}

}  // namespace

SafetensorsHeader SafetensorsHeader::parse(std::span<const std::byte> bytes,
                                           const std::filesystem::path& file) {
  const std::span<const std::byte> header = header_of(bytes, file);
  SafetensorsEvents events(file);
  read_json(text_of(header), file, events);
  const std::size_t data_start = length_bytes + header.size();

  std::vector<RawEntry>& entries = events.entries;
  std::sort(entries.begin(), entries.end(),
            [](const RawEntry& a, const RawEntry& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(entries.begin(), entries.end(),
                         [](const RawEntry& a, const RawEntry& b) { return a.name == b.name; });
  if (twice != entries.end()) {
    fail_checkpoint(file, "tensor " + in_quotes(twice->name) + " occurs twice in the header");
  }
  check_layout(entries, bytes.size() - data_start, file);

  SafetensorsHeader result;
  result.metadata_ = std::move(events.metadata);
  result.tensors_.reserve(entries.size());
  for (RawEntry& entry : entries) {
    result.tensors_.push_back({std::move(entry.name),
                               entry.dtype,
                               {entry.shape.begin(), entry.shape.end()},
                               data_start + entry.begin,
                               data_start + entry.end});
  }
  std::sort(result.tensors_.begin(), result.tensors_.end(),
            [](const TensorEntry& a, const TensorEntry& b) { return a.name < b.name; });
  return result;
}

const TensorEntry* SafetensorsHeader::find(std::string_view name) const {
  const auto place = std::lower_bound(
      tensors_.begin(), tensors_.end(), name,
      [](const TensorEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  return place != tensors_.end() && place->name == name ? &*place : nullptr;
}

}  // namespace integrad
