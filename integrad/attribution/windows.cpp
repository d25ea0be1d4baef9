#include "integrad/attribution/windows.h"

#include <algorithm>
#include <array>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// Tokens of an encoding by what they are.
struct Parts {
  Index special = 0;
  std::array<Index, 2> text{};  // of the first text and the second
};

Parts count_parts(const Encoding& encoding) {
  Parts parts;
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    if (encoding.special[i] != 0) {
      ++parts.special;
    } else {
      ++parts.text[encoding.segments[i] == 0 ? 0 : 1];
    }
  }
  return parts;
}

/// The window that reads tokens [start, end) of text `cut` and the first `kept` of the other.
Window window_of(const Encoding& encoding, int cut, Index start, Index end, Index kept) {
  Window window;
  Index number = 0, other = 0;
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    const auto token = static_cast<Index>(i);
    bool read = true;
    if (encoding.special[i] == 0 && encoding.segments[i] == cut) {
      read = number >= start && number < end;
      if (number == start) window.first_token = token;
      if (read) window.last_token = token + 1;
      ++number;
    } else if (encoding.special[i] == 0) {
      read = other++ < kept;
    }
    if (read) window.tokens.push_back(token);
  }
  return window;
}

Index resolve_stride(const WindowSize& size, Index room) {
  const Index stride = size.stride.value_or(room / 4);
  if (stride >= 0 && stride < room) return stride;
  throw UsageError("windows of " + std::to_string(size.window) + " tokens have room for " +
                   std::to_string(room) + " tokens of the text, so that they cannot share " +
                   std::to_string(stride) + " with the next; choose a smaller stride");
}

}  // namespace

LongTexts parse_long_texts(std::string_view name) {
  if (name == "truncate") return LongTexts::truncate;
  if (name == "windows") return LongTexts::windows;
  throw UsageError("unknown way to read long texts \"" + std::string(name) +
                   "\"; choose truncate or windows");
}

std::string_view to_string(LongTexts long_texts) {
  return long_texts == LongTexts::windows ? "windows" : "truncate";
}

std::vector<Window> split_into_windows(const Encoding& encoding, const WindowSize& size) {
  const Parts parts = count_parts(encoding);
  const Index room = size.window - parts.special;
  if (room < 1) {
    throw UsageError("a window of " + std::to_string(size.window) +
                     " tokens has no room for a text beside " + std::to_string(parts.special) +
                     " special tokens");
  }
  const int cut = parts.text[1] > parts.text[0] ? 1 : 0;
  const Index length = parts.text[static_cast<std::size_t>(cut)];
  const Index other = parts.text[static_cast<std::size_t>(1 - cut)];
  if (length + other <= room) return {window_of(encoding, cut, 0, length, other)};
  const Index kept = std::min(other, room / 2);
  const Index part = room - kept, stride = resolve_stride(size, part);
  std::vector<Window> windows;
  for (Index start = 0; start == 0 || start + stride < length; start += part - stride) {
    windows.push_back(window_of(encoding, cut, start, std::min(start + part, length), kept));
  }
  return windows;
}

}  // namespace integrad
