// Any bytes as a safetensors file: an error, or tensors that lie inside the bytes.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "integrad/base/error.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const auto header = integrad::SafetensorsHeader::parse(bytes, "fuzz/model.safetensors");
    for (const integrad::TensorEntry& entry : header.tensors()) {
      if (entry.begin > entry.end || entry.end > size) std::abort();
      if (header.find(entry.name) != &entry) std::abort();
      if (!integrad::is_floating_point(entry.dtype)) continue;
      std::vector<double> values(8 * (entry.end - entry.begin) /
                                 static_cast<std::size_t>(dtype_bits(entry.dtype)));
      convert_numbers(entry.dtype, bytes.subspan(entry.begin, entry.end - entry.begin),
                      values.data());
    }
  } catch (const integrad::CheckpointError&) {
  }
  return 0;
}
