#include "integrad/checkpoint/npz.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "integrad/checkpoint/byte_cursor.h"
#include "integrad/checkpoint/inflate.h"
#include "integrad/checkpoint/npy_header.h"
#include "integrad/checkpoint/pickle_document.h"

namespace integrad {
namespace {

constexpr std::string_view ending = ".npy";
constexpr std::array<std::string_view, 5> allowed{"numpy.core.multiarray._reconstruct",   // numpy 1
                                                  "numpy._core.multiarray._reconstruct",  // numpy 2
                                                  "numpy.ndarray", "numpy.dtype", "_codecs.encode"};

/// One array of the archive, taken out of its member.
class NpyArray {
 public:
  NpyArray(const ZipArchive& archive, std::string_view name, const std::filesystem::path& file)
      : file_(file), member_name_(std::string(name).append(ending)) {
    const ZipMember* member = archive.find(member_name_);
    if (member == nullptr) {
      fail_checkpoint(file, "array " + in_quotes(name) + " is not in the archive");
    }
    data_ = member->stored;
    if (member->deflated) {
      inflated_ = inflate_member(*member, file);
      data_ = inflated_;
    } else if (!has_checksum(data_, member->checksum)) {
      fail("is damaged: its checksum is wrong");
    }
    header_ = parse_npy_header(data_, file, member_name_);
    data_ = data_.subspan(header_.data_begin);
  }
  NpyArray(const NpyArray&) = delete;  // data_ looks at inflated_
  NpyArray& operator=(const NpyArray&) = delete;

  const NpyHeader& header() const { return header_; }
  bool holds_objects() const { return header_.type == "|O"; }

  [[noreturn]] void fail(const std::string& fault) const {
    fail_checkpoint(file_, member_name_ + " " + fault);
  }

  /// All numbers of an integer array, in the order of the file.
  std::vector<std::int64_t> integers() const {
    const std::string& type = header_.type;
    const bool known = type.size() == 3 && (type[0] == '<' || type[0] == '|') &&
                       (type[1] == 'i' || type[1] == 'u');
    switch (known ? type[2] : '?') {
      case '1':
        return type[1] == 'i' ? numbers<std::int8_t>() : numbers<std::uint8_t>();
      case '2':
        return type[1] == 'i' ? numbers<std::int16_t>() : numbers<std::uint16_t>();
      case '4':
        return type[1] == 'i' ? numbers<std::int32_t>() : numbers<std::uint32_t>();
      case '8':
        return numbers<std::int64_t>();
      default:
        fail("holds numbers of type " + in_quotes(type) + ", expected little-endian integers");
    }
  }

  /// The lists of an object array.
  std::vector<std::vector<std::int32_t>> lists() const {
    if (header_.shape.size() != 1) fail("must have one axis");
    const auto document = PickleDocument::parse(data_, {allowed, false}, file_, member_name_);
    const PickleNode* array = document.call(document.root());
    const auto* state =
        array == nullptr ? nullptr : document.items(array->state, PickleKind::tuple);
    const auto* entries = state == nullptr || state->size() != 5
                              ? nullptr
                              : document.items((*state)[4], PickleKind::list);
    if (entries == nullptr || static_cast<Index>(entries->size()) != header_.shape[0]) {
      fail("is no array of " + shape_text(header_.shape) + " lists");
    }
    std::vector<std::vector<std::int32_t>> result;
    result.reserve(entries->size());
    for (const PickleValue entry : *entries) {
      const auto* items = document.items(
          entry, entry.kind == PickleKind::tuple ? PickleKind::tuple : PickleKind::list);
      if (items == nullptr) fail("holds something else than lists of integers");
      std::vector<std::int32_t>& sequence = result.emplace_back();
      sequence.reserve(items->size());
      for (const PickleValue item : *items) {
        const auto number = document.integer(item);
        if (!number) fail("holds something else than lists of integers");
        sequence.push_back(narrow(*number));
      }
    }
    return result;
  }

  std::int32_t narrow(std::int64_t number) const {
    if (!std::in_range<std::int32_t>(number)) {
      fail("holds the integer " + std::to_string(number) + ", which needs more than 32 bits");
    }
    return static_cast<std::int32_t>(number);
  }

 private:
  template <class Number>
  std::vector<std::int64_t> numbers() const {
    std::uint64_t size = sizeof(Number);
    bool sound = true;
    for (const Index extent : header_.shape) {
      sound = sound && !__builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size);
    }
    if (!sound || size != data_.size()) {
      fail("has shape " + shape_text(header_.shape) + ", but " + std::to_string(data_.size()) +
           " bytes");
    }
    ByteCursor cursor(data_, file_, member_name_);
    std::vector<std::int64_t> result;
    result.reserve(data_.size() / sizeof(Number));
    while (cursor.left() > 0) result.push_back(static_cast<std::int64_t>(cursor.number<Number>()));
    return result;
  }

  const std::filesystem::path& file_;
  std::string member_name_;
  std::vector<std::byte> inflated_;
  std::span<const std::byte> data_;
  NpyHeader header_;
};

}  // namespace

NpzFile NpzFile::open(const std::filesystem::path& file) {
  MappedFile mapping(file);
  NpzFile result = parse(mapping.bytes(), file);
  result.mapping_ = std::move(mapping);
  return result;
}

NpzFile NpzFile::parse(std::span<const std::byte> bytes, const std::filesystem::path& file) {
  if (!ZipArchive::is_zip(bytes)) fail_checkpoint(file, "no .npz file: not a zip archive");
  return {file, ZipArchive::parse(bytes, file)};
}

NpzFile::NpzFile(std::filesystem::path file, ZipArchive archive)
    : file_(std::move(file)), archive_(std::move(archive)) {}

std::vector<std::string> NpzFile::names() const {
  std::vector<std::string> names;
  for (const ZipMember& member : archive_.members()) {
    if (!member.name.ends_with(ending)) continue;
    names.push_back(member.name.substr(0, member.name.size() - ending.size()));
  }
  return names;
}

std::vector<std::int64_t> NpzFile::integers(std::string_view name) const {
  const NpyArray array(archive_, name, file_);
  if (array.header().shape.size() != 1) array.fail("must have one axis");
  return array.integers();
}

std::vector<std::vector<std::int32_t>> NpzFile::sequences(std::string_view name) const {
  const NpyArray array(archive_, name, file_);
  if (array.holds_objects()) return array.lists();
  const NpyHeader& header = array.header();
  if (header.shape.size() != 2 || header.fortran_order) {
    array.fail("must hold lists, or have two axes in C order");
  }
  const std::vector<std::int64_t> numbers = array.integers();
  const auto columns = static_cast<std::size_t>(header.shape[1]);
  std::vector<std::vector<std::int32_t>> rows;
  for (std::size_t begin = 0; begin < numbers.size(); begin += columns) {
    std::vector<std::int32_t>& row = rows.emplace_back();
    for (std::size_t i = 0; i < columns; ++i) row.push_back(array.narrow(numbers[begin + i]));
  }
  return rows;
}

}  // namespace integrad
