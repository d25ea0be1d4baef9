// Any bytes as pytorch_model.bin, and as the pickle inside: an error, or tensors that lie inside
// the bytes.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "integrad/base/error.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/strided_numbers.h"
#include "integrad/checkpoint/torch_file.h"
#include "integrad/checkpoint/torch_pickle.h"

namespace {

/// Reads all numbers of a matrix, so that a sanitizer sees a read outside.
void read_matrix(const integrad::StoredTensor& tensor) {
  if (!integrad::is_floating_point(tensor.dtype) || tensor.shape.size() != 2) return;
  integrad::Matrix<double> output(tensor.shape[0], tensor.shape[1]);
  integrad::convert_matrix(tensor.dtype, tensor.bytes, tensor.strides[0], tensor.strides[1],
                           output);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    for (const auto& tensor : integrad::read_torch_file(bytes, "fuzz/pytorch_model.bin")) {
      const bool inside = tensor.bytes.empty() || (tensor.bytes.data() >= bytes.data() &&
                                                   tensor.bytes.data() + tensor.bytes.size() <=
                                                       bytes.data() + bytes.size());
      if (!inside || tensor.shape.size() != tensor.strides.size()) std::abort();
      read_matrix(tensor);
    }
  } catch (const integrad::CheckpointError&) {
  }
  try {
    const auto document =
        integrad::PickleDocument::parse(bytes, integrad::torch_rules(), "fuzz/file", "data.pkl");
    if (document.size() > size) std::abort();
    for (const auto& tensor : integrad::torch_tensors(document, "fuzz/file", "data.pkl")) {
      if (tensor.begin > tensor.end || tensor.end > tensor.storage_bytes) std::abort();
    }
  } catch (const integrad::CheckpointError&) {
  }
  return 0;
}
