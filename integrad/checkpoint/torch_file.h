// pytorch_model.bin as torch.save writes it: a zip archive (since PyTorch 1.6) or the older stream
// of five pickles and the storages.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "integrad/checkpoint/stored_tensor.h"

namespace integrad {

/// The tensors of a state_dict in `bytes`, a whole file, where they lie. Runs nothing that the file
/// names. `file` is for messages. Throws CheckpointError for anything else than tensors, for
/// storages that are missing, compressed or of another size, and for big-endian files.
std::vector<StoredTensor> read_torch_file(std::span<const std::byte> bytes,
                                          const std::filesystem::path& file);

}  // namespace integrad
