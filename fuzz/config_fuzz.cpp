// Any text as config.json and as a shard index: an error, or values within the limits asked for.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "integrad/base/error.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/shard_index.h"

namespace {

/// Calls `read` and lets the errors pass that a malformed file may cause.
template <class Read>
void attempt(Read&& read) {
  try {
    read();
  } catch (const integrad::CheckpointError&) {
  }
}

void read_config(std::string_view text) {
  const auto config = integrad::ConfigFile::parse(text, "fuzz/config.json");
  for (const char* field : {"hidden_size", "num_labels"}) {
    attempt([&] {
      const auto value = config.integer(field, 1, 1 << 20, 2);
      if (value < 1 || value > 1 << 20) std::abort();
    });
  }
  attempt([&] { config.number("layer_norm_eps"); });
  attempt([&] { config.boolean("use_cache", false); });
  attempt([&] { config.string("model_type"); });
  attempt([&] { config.architecture(); });
  attempt([&] {
    if (config.labels().empty()) std::abort();
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  attempt([&] { read_config(text); });
  attempt([&] {
    for (const auto& [tensor, shard] : integrad::parse_shard_index(text, "fuzz/index.json")) {
      if (shard.find('/') != std::string::npos) std::abort();
    }
  });
  return 0;
}
