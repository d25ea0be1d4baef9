// Walks through bytes from outside, front to back, and never past their end.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "integrad/checkpoint/message.h"

namespace integrad {

/// Looks, does not own. Each call throws CheckpointError "FILE: PART ends early …" when fewer bytes
/// are left than it needs, before anything is allocated for them.
class ByteCursor {
 public:
  /// `file` and `part` ("data.pkl") are for messages and must outlive the cursor.
  ByteCursor(std::span<const std::byte> bytes, const std::filesystem::path& file,
             std::string_view part)
      : bytes_(bytes), file_(file), part_(part) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  std::span<const std::byte> take(std::uint64_t count) {
    if (count > left()) {
      fail("ends early: " + std::to_string(count) + " bytes should follow byte " +
           std::to_string(position_) + ", there are " + std::to_string(left()) +
           "; is the download complete?");
    }
    const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }

  std::string_view text(std::uint64_t count) {
    const auto taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  /// Little-endian, any alignment.
  template <std::integral Number>
  Number number() {
    static_assert(std::endian::native == std::endian::little);
    Number value{};
    std::memcpy(&value, take(sizeof(Number)).data(), sizeof(Number));
    return value;
  }

  /// Up to the next line feed, which is passed over.
  std::string_view line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + position_, left());
    const std::size_t length = rest.find('\n');
    if (length == std::string_view::npos) fail("ends in the middle of a line");
    position_ += length + 1;
    return rest.substr(0, length);
  }

  /// Throws CheckpointError "FILE: PART fault (PATH)".
  [[noreturn]] void fail(const std::string& fault) const {
    fail_checkpoint(file_, std::string(part_) + " " + fault);
  }

 private:
  std::span<const std::byte> bytes_;
  const std::filesystem::path& file_;
  std::string_view part_;
  std::size_t position_ = 0;
};

}  // namespace integrad
