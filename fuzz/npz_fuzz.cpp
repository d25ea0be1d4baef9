// Any bytes as a .npz archive: an error, or arrays as their headers say.
#include <cstdint>
#include <span>

#include "integrad/base/error.h"
#include "integrad/checkpoint/npz.h"

namespace {

template <class Read>
void attempt(Read&& read) {
  try {
    read();
  } catch (const integrad::CheckpointError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  attempt([&] {
    const auto file =
        integrad::NpzFile::parse(std::as_bytes(std::span(data, size)), "fuzz/imdb.npz");
    for (const std::string& name : file.names()) {
      attempt([&] { (void)file.integers(name); });
      attempt([&] { (void)file.sequences(name); });
    }
  });
  return 0;
}
