#include "integrad/checkpoint/npy_header.h"

#include <charconv>

#include "integrad/checkpoint/byte_cursor.h"

namespace integrad {
namespace {

/// Reads a Python dictionary of the one form that numpy writes.
class HeaderText {
 public:
  HeaderText(std::string_view text, const ByteCursor& place) : rest_(text), place_(place) {}

  void parse(NpyHeader& header) {
    expect("{");
    bool type = false, order = false, shape = false;
    while (!accept("}")) {
      const std::string_view key = quoted();
      expect(":");
      if (key == "descr" && !type) {
        header.type = std::string(quoted());
        type = true;
      } else if (key == "fortran_order" && !order) {
        header.fortran_order = boolean();
        order = true;
      } else if (key == "shape" && !shape) {
        header.shape = tuple();
        shape = true;
      } else {
        fail();
      }
      if (!accept(",") && !rest_.starts_with('}')) fail();
    }
    skip_blanks();
    if (!type || !order || !shape || !rest_.empty()) fail();
  }

 private:
  [[noreturn]] void fail() const {
    place_.fail(
        "has a header that is not of numpy's form {'descr': …, 'fortran_order': …, "
        "'shape': …}");
  }

  void skip_blanks() {
    const std::size_t count = rest_.find_first_not_of(" \n\t");
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  bool accept(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    skip_blanks();
    return true;
  }

  void expect(std::string_view word) {
    if (!accept(word)) fail();
  }

  std::string_view quoted() {
    expect("'");
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) fail();
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool boolean() {
    if (accept("True")) return true;
    expect("False");
    return false;
  }

  std::vector<Index> tuple() {
    std::vector<Index> extents;
    expect("(");
    while (!accept(")")) {
      Index extent = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (error != std::errc() || extent < 0) fail();
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      extents.push_back(extent);
      if (!accept(",") && !rest_.starts_with(')')) fail();
    }
    return extents;
  }

  std::string_view rest_;
  const ByteCursor& place_;
};

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> bytes, const std::filesystem::path& file,
                           std::string_view part) {
  ByteCursor cursor(bytes, file, part);
  if (cursor.left() < 8 || cursor.text(6) != "\x93NUMPY") cursor.fail("is no array of numpy");
  const auto version = cursor.number<std::uint8_t>();
  cursor.take(1);
  if (version < 1 || version > 3) cursor.fail("is an array of an unknown version of numpy");
  const std::uint32_t length =
      version == 1 ? cursor.number<std::uint16_t>() : cursor.number<std::uint32_t>();
  const std::string_view text = cursor.text(length);
  NpyHeader header;
  HeaderText(text, cursor).parse(header);
  header.data_begin = cursor.position();
  return header;
}

}  // namespace integrad
