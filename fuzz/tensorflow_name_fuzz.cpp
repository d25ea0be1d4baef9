// Any text as the name of a weight in tf_model.h5: a name in PyTorch's spelling, which stays as it
// is when it is converted once more.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "integrad/checkpoint/tensorflow_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string_view rest = integrad::without_model_name(name);
  if (rest.size() > name.size() || !name.ends_with(rest)) std::abort();
  for (const std::string_view given : {name, rest}) {
    const integrad::TensorflowName converted = integrad::tensorflow_name(given);
    if (converted.name.find('/') != std::string::npos ||
        converted.name.find(":0") != std::string::npos) {
      std::abort();
    }
    const integrad::TensorflowName again = integrad::tensorflow_name(converted.name);
    if (again.name != converted.name || again.reversed) std::abort();
  }
  return 0;
}
