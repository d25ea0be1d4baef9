// tf_model.h5, the weights file of Keras 2: arrays in groups of an HDF5 file.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "integrad/checkpoint/stored_tensor.h"

namespace integrad {

/// All arrays of an HDF5 file whose bytes are `bytes`, named by their path without the first "/",
/// sorted. The HDF5 library reads the directory only: each array must lie in one piece in the file
/// itself, little-endian. Links to other files are refused, not followed. Throws CheckpointError.
std::vector<StoredTensor> read_hdf5_file(std::span<const std::byte> bytes,
                                         const std::filesystem::path& file);

}  // namespace integrad
