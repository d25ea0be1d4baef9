#include "integrad/checkpoint/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

constexpr std::uint64_t largest_content = std::uint64_t{1} << 30;
constexpr std::size_t piece = std::size_t{1} << 20;
constexpr auto most_input = static_cast<std::size_t>(std::numeric_limits<uInt>::max());

/// zlib's state, released at the end.
class Stream {
 public:
  Stream() {
    if (inflateInit2(&state_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();  // no zlib header
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&state_); }

  z_stream& state() { return state_; }

 private:
  z_stream state_{};
};

}  // namespace

bool has_checksum(std::span<const std::byte> content, std::uint32_t checksum) {
  const auto* bytes = reinterpret_cast<const Bytef*>(content.data());
  return crc32_z(crc32_z(0, nullptr, 0), bytes, content.size()) == checksum;
}

std::vector<std::byte> inflate_member(const ZipMember& member, const std::filesystem::path& file) {
  const std::string name = "member " + in_quotes(member.name);
  if (member.size > largest_content) {
    fail_checkpoint(file, name + " announces " + std::to_string(member.size) +
                              " bytes, at most 1073741824 are inflated");
  }
  const auto size = static_cast<std::size_t>(member.size);
  Stream stream;
  z_stream& state = stream.state();
  std::span<const std::byte> input = member.stored;
  std::vector<std::byte> content;
  std::size_t filled = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t taken = std::min(input.size(), most_input);
    if (filled == content.size()) content.resize(std::min(size, filled + std::max(filled, piece)));
    const std::size_t room = std::min(content.size() - filled, most_input);
    std::byte beyond{};  // where a byte too many shows
    state.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
    state.avail_in = static_cast<uInt>(taken);
    state.next_out = reinterpret_cast<Bytef*>(room == 0 ? &beyond : content.data() + filled);
    state.avail_out = static_cast<uInt>(std::max<std::size_t>(room, 1));
    status = inflate(&state, Z_NO_FLUSH);
    input = input.subspan(taken - state.avail_in);
    const std::size_t produced = std::max<std::size_t>(room, 1) - state.avail_out;
    if (room == 0 && produced > 0) break;
    filled += produced;
  }
  if (status != Z_STREAM_END || filled != size || !has_checksum(content, member.checksum)) {
    fail_checkpoint(file, name + " is damaged: it does not inflate to the " + std::to_string(size) +
                              " bytes announced");
  }
  return content;
}

}  // namespace integrad
