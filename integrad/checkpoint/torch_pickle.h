// What PyTorch's pickles mean: a state_dict is a dictionary of calls that put tensors together from
// storages (torch/_utils.py and torch/serialization.py; the calls are read here, not made).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/checkpoint/dtype.h"
#include "integrad/checkpoint/pickle_document.h"

namespace integrad {

/// A tensor as a window on a storage, which lies somewhere else in the file.
struct TorchTensor {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::string storage;              // its key
  std::uint64_t storage_bytes = 0;  // that the whole storage must have
  std::uint64_t begin = 0;          // bytes [begin, end) of the storage hold the tensor
  std::uint64_t end = 0;
  std::vector<Index> shape;
  std::vector<Index> strides;  // in numbers, never negative
};

/// The functions and classes that a state_dict may name.
PickleRules torch_rules();

/// The tensors of a state_dict, in its order. Every one lies inside its storage and has no more
/// numbers than that. `file` and `part` are for messages. Throws CheckpointError when the document
/// is no dictionary of names and tensors.
std::vector<TorchTensor> torch_tensors(const PickleDocument& document,
                                       const std::filesystem::path& file, std::string_view part);

}  // namespace integrad
