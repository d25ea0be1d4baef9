#include "integrad/checkpoint/safetensors_writer.h"

#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/safetensors_layout.h"

namespace integrad {

void write_safetensors(const std::filesystem::path& path, const std::vector<NamedArray>& arrays,
                       const std::map<std::string, std::string>& metadata) {
  std::map<std::string_view, const NamedArray*> by_name;
  std::vector<ArrayDescription> order;
  for (const NamedArray& array : arrays) {
    by_name.emplace(array.name, &array);
    order.push_back({array.name, array.shape});
    if (array.values == nullptr && byte_count(order.back(), Dtype::f32, path) > 0) {
      throw UsageError("cannot write " + path.string() + ": array " + in_quotes(array.name) +
                       " has no values");
    }
  }
  const std::string head = lay_out_safetensors(order, Dtype::f32, metadata, path);
  AtomicFile file(path);
  file.stream() << head;
  for (const ArrayDescription& array : order) {
    file.stream().write(reinterpret_cast<const char*>(by_name.at(array.name)->values),
                        static_cast<std::streamsize>(byte_count(array, Dtype::f32, path)));
  }
  file.commit();
}

}  // namespace integrad
