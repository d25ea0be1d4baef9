// Python counts characters of a text in code points, integrad in bytes.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace integrad::python {

/// Code point at each byte of a UTF-8 text, and at its end.
class CodePoints {
 public:
  explicit CodePoints(std::string_view text) : before_(text.size() + 1) {
    std::ptrdiff_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++count;
      before_[i] = count - 1;
    }
    before_[text.size()] = count;
  }
  /// Code points before byte `byte`, which starts a character or is the end.
  std::ptrdiff_t at(std::ptrdiff_t byte) const { return before_[static_cast<std::size_t>(byte)]; }

 private:
  std::vector<std::ptrdiff_t> before_;
};

}  // namespace integrad::python
