// Which files of a checkpoint folder hold the weights.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace integrad {

enum class WeightFormat { safetensors, torch, hdf5 };

struct FoundWeights {
  WeightFormat format = WeightFormat::safetensors;
  std::vector<std::filesystem::path> files;  // sorted by name, at least one
  std::filesystem::path index_path;          // "" when there is one file and no index
  std::map<std::string, std::string> index;  // tensor -> file name, as the index spells them
};

/// The first that is there of model.safetensors, its shards, pytorch_model.bin, its shards
/// (transformers' order), tf_model.h5, its shards. Throws CheckpointError when there is none, when
/// a shard is missing, or when an index is malformed.
FoundWeights find_weights(const std::filesystem::path& checkpoint_directory);

}  // namespace integrad
